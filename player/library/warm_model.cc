#include "player/library/warm_model.h"

#include "player/error_map.h"
#include "player/spawn.h"

namespace namrack::player {

void WarmModel::update() {
  again_ = true;
  if (!std::exchange(is_working_, true)) spawn(control_, "keeping the next scene ready", keep_warm());
}

void WarmModel::drop() {
  if (warm_) workshop_.discard(take());
}

boost::asio::awaitable<void> WarmModel::keep_warm() {
  while (std::exchange(again_, false)) co_await make_ready();
  is_working_ = false;
}

std::optional<ModelFile> WarmModel::wanted() const {
  std::optional<ModelFile> file = wanted_ ? wanted_() : std::nullopt;
  if (file && bank_.has(*file)) file.reset();
  return file;
}

boost::asio::awaitable<void> WarmModel::make_ready() {
  const std::optional<ModelFile> file = wanted();
  if (file && is(*file)) co_return;
  drop();
  if (!file) co_return;
  std::exception_ptr failure;
  try {
    BankEntry entry = co_await workshop_.prepare(file->path, file->quality, Measuring::everything);
    const std::size_t bytes = bank_.bytes_with({{file->name, &entry}});
    if (wanted() == file && !warm_ && bytes <= workshop_.budgets().memory)
      warm_ = Warm{*file, std::move(entry)};
    else
      workshop_.discard(std::move(entry));
    co_return;
  } catch (...) {
    failure = std::current_exception();
  }
  // So that the scene is left out, and the one behind it made ready.
  co_await missing_.note_fault(file->path, to_protocol_error(failure));
  again_ = true;
  fault_();
}

}  // namespace namrack::player
