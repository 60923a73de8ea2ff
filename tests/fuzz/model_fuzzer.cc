// The fuzzer of model files.

#include <array>

#include "tests/fuzz/json_fuzzer.h"
#include "tests/fuzz/model_repair.h"
#include "tests/fuzz/targets.h"

namespace namrack::fuzz {
namespace {

/// nam-format, sections 1 to 8.
constexpr auto kWords = std::to_array<std::string_view>({"version",
                                                         "architecture",
                                                         "config",
                                                         "weights",
                                                         "sample_rate",
                                                         "metadata",
                                                         "loudness",
                                                         "input_level_dbu",
                                                         "output_level_dbu",
                                                         "training",
                                                         "0.5.0",
                                                         "0.7.0",
                                                         "0.7.1",
                                                         "WaveNet",
                                                         "LSTM",
                                                         "ConvNet",
                                                         "Linear",
                                                         "SlimmableContainer",
                                                         "submodels",
                                                         "max_value",
                                                         "model",
                                                         "condition_dsp",
                                                         "receptive_field",
                                                         "bias",
                                                         "implementation",
                                                         "fft",
                                                         "direct",
                                                         "in_channels",
                                                         "out_channels",
                                                         "channels",
                                                         "dilations",
                                                         "batchnorm",
                                                         "activation",
                                                         "groups",
                                                         "input_size",
                                                         "hidden_size",
                                                         "num_layers",
                                                         "layers",
                                                         "head",
                                                         "head_scale",
                                                         "condition_size",
                                                         "kernel_size",
                                                         "kernel_sizes",
                                                         "gated",
                                                         "head_size",
                                                         "head_bias",
                                                         "gating_mode",
                                                         "none",
                                                         "blended",
                                                         "secondary_activation",
                                                         "bottleneck",
                                                         "layer1x1",
                                                         "head1x1",
                                                         "active",
                                                         "groups_input",
                                                         "groups_input_mixin",
                                                         "head_dilation",
                                                         "conv_pre_film",
                                                         "conv_post_film",
                                                         "input_mixin_pre_film",
                                                         "input_mixin_post_film",
                                                         "activation_pre_film",
                                                         "activation_post_film",
                                                         "layer1x1_post_film",
                                                         "head1x1_post_film",
                                                         "shift",
                                                         "slimmable",
                                                         "method",
                                                         "slice_channels_uniform",
                                                         "kwargs",
                                                         "allowed_channels",
                                                         "type",
                                                         "Tanh",
                                                         "Fasttanh",
                                                         "Hardtanh",
                                                         "ReLU",
                                                         "LeakyReLU",
                                                         "PReLU",
                                                         "Sigmoid",
                                                         "SiLU",
                                                         "Hardswish",
                                                         "LeakyHardtanh",
                                                         "LeakyHardTanh",
                                                         "Softsign",
                                                         "negative_slope",
                                                         "negative_slopes",
                                                         "min_val",
                                                         "max_val",
                                                         "min_slope",
                                                         "max_slope"});

}  // namespace

const JsonFuzzer& json_fuzzer() {
  static constexpr JsonFuzzer kFuzzer{.run = play_model, .words = kWords, .repair = repair_model};
  return kFuzzer;
}

}  // namespace namrack::fuzz
