#pragma once

#include <hwy/aligned_allocator.h>

#include <algorithm>
#include <cstddef>
#include <new>

namespace namrack::engine {

/// A fixed number of floats, zeroed, aligned for every SIMD target. Move-only.
class AlignedFloats {
 public:
  AlignedFloats() = default;
  explicit AlignedFloats(std::size_t size) : floats_(hwy::AllocateAligned<float>(size)), size_(size) {
    if (floats_ == nullptr) throw std::bad_alloc();
    std::fill_n(floats_.get(), size, 0.0F);
  }

  float* data() { return floats_.get(); }
  const float* data() const { return floats_.get(); }
  std::size_t size() const { return size_; }
  float& operator[](std::size_t i) { return floats_[i]; }
  const float& operator[](std::size_t i) const { return floats_[i]; }

 private:
  hwy::AlignedFreeUniquePtr<float[]> floats_;
  std::size_t size_ = 0;
};

}  // namespace namrack::engine
