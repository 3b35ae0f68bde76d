// Copyright 2026 The Rondo developers
// SPDX-License-Identifier: ISC

/**
   @file parameters.h Blocks of parameters in and out of model files.

   A block holds the tensors of a description one after another, in the order
   of rondo_description_tensor(); a model file holds them under PyTorch's names
   and shapes.  Not in the double copy of the library.

   Setup (allocates).
*/

#ifndef RONDO_TRAIN_PARAMETERS_H
#define RONDO_TRAIN_PARAMETERS_H

#include "core/base/attributes.h"
#include "core/base/status.h"
#include "core/net/description.h"
#include "core/net/safetensors.h"

#include <stddef.h>

RONDO_BEGIN_DECLS

/**
   Write a model file that the engine can load, atomically.

   @param parameters (n_parameters), finite, as of rondo_network_offset().
   @param metadata Further strings for the file, such as the model card; the
   description itself is added under RONDO_METADATA_KEY and must not be here.
   @return RONDO_ERR_BAD_ARGUMENT if a parameter is not finite or a key is
   taken, RONDO_ERR_NO_MEMORY, RONDO_ERR_IO.
*/
RONDO_NODISCARD RondoStatus
rondo_parameters_write(const char*             path,
                       const RondoDescription* description,
                       const float*            parameters,
                       const RondoMetadata*    metadata,
                       size_t                  n_metadata,
                       RondoError*             error);

/**
   Read the tensors that `description` calls for from a model file.

   Missing or surplus tensors and wrong shapes are errors that name the tensor.

   @param[out] parameters (n_parameters); untouched on failure.
*/
RONDO_NODISCARD RondoStatus
rondo_parameters_read(const char*             path,
                      const RondoDescription* description,
                      float*                  parameters,
                      RondoError*             error);

RONDO_END_DECLS

#endif // RONDO_TRAIN_PARAMETERS_H
