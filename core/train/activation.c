// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

#include "core/train/activation.h"

#include <tgmath.h>

static void
softmax_row(RondoReal* const y, const size_t n)
{
  RondoReal largest = y[0];
  for (size_t i = 1; i < n; ++i) {
    largest = y[i] > largest ? y[i] : largest;
  }

  RondoReal sum = 0;
  for (size_t i = 0; i < n; ++i) {
    y[i] = exp(y[i] - largest);
    sum += y[i];
  }

  for (size_t i = 0; i < n; ++i) {
    y[i] /= sum;
  }
}

static void
softmax_row_backward(const RondoReal* const y,
                     RondoReal* const       dy,
                     const size_t           n)
{
  // y_i = exp(a_i) / sum exp(a): da_i = y_i (dy_i - sum dy_j y_j)
  RondoReal sum = 0;
  for (size_t i = 0; i < n; ++i) {
    sum += dy[i] * y[i];
  }

  for (size_t i = 0; i < n; ++i) {
    dy[i] = y[i] * (dy[i] - sum);
  }
}

static RondoReal
softplus(const RondoReal a)
{
  // log(1 + exp(a)) = max(a, 0) + log(1 + exp(-|a|)), without overflow
  return (a > 0 ? a : 0) + log1p(exp(-fabs(a)));
}

void
rondo_activation_forward(const RondoTrainKernels* const kernels,
                         const RondoActivation          activation,
                         const size_t                   n_rows,
                         const size_t                   n,
                         RondoReal* const               y)
{
  const size_t n_all = n_rows * n;
  switch (activation) {
    case RONDO_ACTIVATION_IDENTITY:
      break;
    case RONDO_ACTIVATION_RELU:
      for (size_t i = 0; i < n_all; ++i) {
        y[i] = y[i] > 0 ? y[i] : 0;
      }
      break;
    case RONDO_ACTIVATION_TANH:
      (kernels->tanh)(y, n_all); // Not the macro of <tgmath.h>
      break;
    case RONDO_ACTIVATION_SIGMOID:
      kernels->sigmoid(y, n_all);
      break;
    case RONDO_ACTIVATION_SOFTMAX:
      for (size_t row = 0; row < n_rows; ++row) {
        softmax_row(y + (row * n), n);
      }
      break;
    case RONDO_ACTIVATION_SOFTPLUS:
      for (size_t i = 0; i < n_all; ++i) {
        y[i] = softplus(y[i]);
      }
      break;
  }
}

void
rondo_activation_backward(const RondoActivation  activation,
                          const size_t           n_rows,
                          const size_t           n,
                          const RondoReal* const y,
                          RondoReal* const       dy)
{
  const size_t n_all = n_rows * n;
  switch (activation) {
    case RONDO_ACTIVATION_IDENTITY:
      break;
    case RONDO_ACTIVATION_RELU:
      for (size_t i = 0; i < n_all; ++i) {
        dy[i] = y[i] > 0 ? dy[i] : 0;
      }
      break;
    case RONDO_ACTIVATION_TANH:
      // tanh' = 1 - y^2
      for (size_t i = 0; i < n_all; ++i) {
        dy[i] *= 1 - (y[i] * y[i]);
      }
      break;
    case RONDO_ACTIVATION_SIGMOID:
      // sigmoid' = y (1 - y)
      for (size_t i = 0; i < n_all; ++i) {
        dy[i] *= y[i] * (1 - y[i]);
      }
      break;
    case RONDO_ACTIVATION_SOFTMAX:
      for (size_t row = 0; row < n_rows; ++row) {
        softmax_row_backward(y + (row * n), dy + (row * n), n);
      }
      break;
    case RONDO_ACTIVATION_SOFTPLUS:
      // softplus' = sigmoid(a) = 1 - exp(-y)
      for (size_t i = 0; i < n_all; ++i) {
        dy[i] *= -expm1(-y[i]);
      }
      break;
  }
}
