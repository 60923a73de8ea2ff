#include "player/library/model_search.h"

#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>
#include <system_error>
#include <tuple>
#include <utility>

#include "player/library/model_paths.h"
#include "protocol/utf8.h"

namespace namrack::player {
namespace fs = std::filesystem;
namespace {

std::vector<std::string> words_of(std::string_view query) {
  std::istringstream stream(protocol::fold(query));
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

bool has_all(const std::string& text, const std::vector<std::string>& words) {
  return std::ranges::all_of(words,
                             [&](const std::string& word) { return text.find(word) != std::string::npos; });
}

class Search {
 public:
  Search(std::string_view query, const SearchBounds& bounds) : words_(words_of(query)), bounds_(bounds) {}

  void look_below(const fs::path& root) {
    root_ = root;
    look_into(root, 0);
  }

  ModelListing finish(std::size_t limit) {
    std::ranges::sort(found_, {}, [](const Found& found) { return std::tie(found.key, found.model.path); });
    std::size_t bytes = 0;
    for (Found& found : found_) {
      bytes += found.model.name.size() + found.model.path.size() + kFieldBytes;
      if (listing_.models.size() == limit || bytes > bounds_.bytes) {
        listing_.truncated = true;
        break;
      }
      listing_.models.push_back(std::move(found.model));
    }
    return std::move(listing_);
  }

 private:
  static constexpr std::size_t kFieldBytes = 100;  // the other fields of one model
  struct Found {
    std::string key;  // what is compared and sorted by
    FoundModel model;
  };

  // A folder that is reached in two ways, or contains itself, is looked into once.
  void look_into(const fs::path& folder, std::size_t depth) {
    struct stat status{};
    if (::stat(folder.c_str(), &status) != 0 || !seen_.emplace(status.st_dev, status.st_ino).second) return;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
      if (++entries_ > bounds_.entries) {
        listing_.truncated = true;
        return;
      }
      look_at(entry->path(), depth);
    }
  }

  void look_at(const fs::path& path, std::size_t depth) {
    struct stat status{};
    if (path.filename().string().starts_with('.') || ::stat(path.c_str(), &status) != 0) return;
    if (S_ISDIR(status.st_mode)) {
      if (depth + 1 < bounds_.depth)
        look_into(path, depth + 1);
      else
        listing_.truncated = true;
      return;
    }
    const std::optional<std::string_view> kind = kind_of_model(path);
    if (!kind || !S_ISREG(status.st_mode)) return;
    const std::string below = path.lexically_relative(root_).string();
    const bool is_usable = !protocol::invalid_utf8(path.string());
    std::string key = protocol::fold(protocol::printable(below));
    if (!has_all(key, words_)) return;
    found_.push_back({std::move(key),
                      {.name = protocol::printable(fs::path(below).replace_extension().string()),
                       .path = protocol::printable(path.string()),
                       .kind = is_usable ? *kind : std::string_view("unusable"),
                       .bytes = static_cast<std::uint64_t>(status.st_size),
                       .mtime = status.st_mtime}});
  }

  std::vector<std::string> words_;
  SearchBounds bounds_;
  fs::path root_;
  std::set<std::pair<dev_t, ino_t>> seen_;
  std::size_t entries_ = 0;
  std::vector<Found> found_;
  ModelListing listing_;
};

}  // namespace

bool matches_query(std::string_view text, std::string_view query) {
  return has_all(protocol::fold(text), words_of(query));
}

ModelListing find_models(const std::vector<fs::path>& folders, std::string_view query, std::size_t limit,
                         const SearchBounds& bounds) {
  Search search(query, bounds);
  for (const fs::path& folder : folders) search.look_below(folder);
  return search.finish(limit);
}

}  // namespace namrack::player
