/*
 * Included before the SSE code of libopus' pulse search. The instructions rcpps and rsqrtps give 12 bits that differ from one
 * make of CPU to the next; WebAssembly has but exact quotients. With these, a native build gives one result everywhere.
 */
#include <emmintrin.h>

#define _mm_rcp_ps(value) _mm_div_ps(_mm_set1_ps(1.0f), (value))
#define _mm_rsqrt_ps(value) _mm_div_ps(_mm_set1_ps(1.0f), _mm_sqrt_ps(value))
