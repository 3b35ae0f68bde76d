// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/net/safetensors.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static const char* const dtype_names[] = { "F32", "F16", "BF16", "F64",
                                           "I8",  "U8",  "I32",  "I64" };

static const size_t dtype_sizes[] = { 4U, 2U, 2U, 8U, 1U, 1U, 4U, 8U };

const char*
rondo_dtype_name(RondoDtype dtype)
{
  return dtype_names[dtype];
}

size_t
rondo_dtype_size(RondoDtype dtype)
{
  return dtype_sizes[dtype];
}

static uint64_t
load(const unsigned char* bytes, size_t size)
{
  uint64_t x = 0U;
  for (size_t i = 0U; i < size; ++i) {
    x |= (uint64_t)bytes[i] << (8U * i);
  }
  return x;
}

static float
float_of(uint32_t bits)
{
  float x = 0.0f;
  memcpy(&x, &bits, sizeof(x));
  return x;
}

// IEEE 754 binary16: 1 sign, 5 exponent (bias 15) and 10 fraction bits
static float
float_of_half(uint32_t bits)
{
  const uint32_t sign     = (bits & 0x8000U) << 16U;
  const uint32_t exponent = (bits >> 10U) & 0x1FU;
  const uint32_t fraction = bits & 0x3FFU;
  if (exponent == 0U) {
    const float x = (float)fraction * 0x1p-24f;
    return sign ? -x : x;
  }
  if (exponent == 31U) {
    return float_of(sign | 0x7F800000U | (fraction << 13U));
  }
  return float_of(sign | ((exponent + 112U) << 23U) | (fraction << 13U));
}

static float
load_float(RondoDtype dtype, const unsigned char* data, size_t index)
{
  if (dtype == RONDO_DTYPE_F64) {
    const uint64_t bits = load(data + (8U * index), 8U);
    double         x    = 0.0;
    memcpy(&x, &bits, sizeof(x));
    return fabs(x) > (double)3.4028234663852886e38f ? INFINITY : (float)x;
  }
  if (dtype == RONDO_DTYPE_F32) {
    return float_of((uint32_t)load(data + (4U * index), 4U));
  }
  const uint32_t bits = (uint32_t)load(data + (2U * index), 2U);
  return dtype == RONDO_DTYPE_BF16 ? float_of(bits << 16U)
                                   : float_of_half(bits);
}

RondoStatus
rondo_tensor_get_floats(const RondoTensor* tensor,
                        float*             out,
                        RondoError*        error)
{
  switch (tensor->dtype) {
    case RONDO_DTYPE_F32:
    case RONDO_DTYPE_F16:
    case RONDO_DTYPE_BF16:
    case RONDO_DTYPE_F64:
      break;
    case RONDO_DTYPE_I8:
    case RONDO_DTYPE_U8:
    case RONDO_DTYPE_I32:
    case RONDO_DTYPE_I64:
      rondo_error_set(error,
                      RONDO_ERR_UNSUPPORTED,
                      "expected F32, F16, BF16 or F64, found integers");
      rondo_error_prefix(error, tensor->name);
      return RONDO_ERR_UNSUPPORTED;
  }
  const unsigned char* const data = (const unsigned char*)tensor->data;
  for (size_t i = 0U; i < tensor->n_elements; ++i) {
    out[i] = load_float(tensor->dtype, data, i);
    if (!isfinite(out[i])) {
      rondo_error_set(
        error, RONDO_ERR_BAD_FILE, "element %zu is not a finite number", i);
      rondo_error_prefix(error, tensor->name);
      return RONDO_ERR_BAD_FILE;
    }
  }
  return RONDO_SUCCESS;
}
