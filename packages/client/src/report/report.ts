export { buildReport, REPORT_VERSION } from './build-report.js';
export type { BuildReportOptions, ReportInput } from './build-report.js';
export type {
  CallReport,
  ReportedCandidate,
  ReportedCore,
  ReportedIceEvent,
  ReportedPath,
  ReportedQuality,
  ReportedStream,
} from './call-report.js';
