#include "status.h"

Status status_of(vpx_codec_err_t error) {
  switch (error) {
    case VPX_CODEC_OK: return STATUS_OK;
    case VPX_CODEC_MEM_ERROR: return STATUS_OUT_OF_MEMORY;
    case VPX_CODEC_INVALID_PARAM: return STATUS_INVALID_ARGUMENT;
    case VPX_CODEC_CORRUPT_FRAME:
    case VPX_CODEC_UNSUP_BITSTREAM:
    case VPX_CODEC_UNSUP_FEATURE: return STATUS_CORRUPT_PACKET;
    default: return STATUS_FAILED;
  }
}
