#pragma once

#include <boost/asio/awaitable.hpp>

#include "player/library/library.h"
#include "player/loading.h"
#include "player/problems.h"
#include "player/pulse.h"
#include "player/show/show.h"

namespace namrack::player {

/// Tells which files are missing or broken, and loads what has come back. Thread: control.
class FileWatch {
 public:
  FileWatch(Pulse& pulse, const PlayerState& state, Library& library, const Show& show, Loading& loading,
            Problems& problems)
      : pulse_(pulse),
        state_(state),
        library_(library),
        show_(show),
        loading_(loading),
        problems_(problems) {}

  /// Looks once a second at the files that are needed but not loaded, for ever.
  boost::asio::awaitable<void> run();
  /// Looks once.
  boost::asio::awaitable<void> look();
  /// From now on what is known of files is what lasts of problems.
  void report();

 private:
  Pulse& pulse_;
  const PlayerState& state_;
  Library& library_;
  const Show& show_;
  Loading& loading_;
  Problems& problems_;
};

}  // namespace namrack::player
