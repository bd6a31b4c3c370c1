// A StapleStore in memory, which several staplers may share.
#ifndef POSTERN_TESTS_SUPPORT_FAKE_STAPLE_STORE_H_
#define POSTERN_TESTS_SUPPORT_FAKE_STAPLE_STORE_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/io/revocation/staple_store.h"

namespace postern {

// FakeStapleStore keeps what is saved, and lets claims be held by "another process". For one
// thread.
class FakeStapleStore : public StapleStore {
 public:
  absl::StatusOr<std::optional<std::string>> Load(absl::string_view sha256) override {
    if (!failure.ok()) return failure;
    const auto found = saved.find(std::string(sha256));
    if (found == saved.end()) return std::optional<std::string>();
    return std::optional<std::string>(found->second);
  }

  absl::Status Save(absl::string_view sha256, absl::string_view der) override {
    if (!failure.ok()) return failure;
    saved[std::string(sha256)] = std::string(der);
    return absl::OkStatus();
  }

  absl::StatusOr<std::unique_ptr<Claim>> TryClaim(absl::string_view sha256) override {
    if (!failure.ok()) return failure;
    if (is_claimed_elsewhere || !claimed->insert(std::string(sha256)).second) {
      return std::unique_ptr<Claim>();
    }
    return std::unique_ptr<Claim>(std::make_unique<FakeClaim>(claimed, std::string(sha256)));
  }

  std::map<std::string, std::string> saved;  // by digest
  std::shared_ptr<std::set<std::string>> claimed = std::make_shared<std::set<std::string>>();
  bool is_claimed_elsewhere = false;
  absl::Status failure;  // of all that is asked

 private:
  class FakeClaim : public Claim {
   public:
    FakeClaim(std::shared_ptr<std::set<std::string>> claimed, std::string sha256)
        : claimed_(std::move(claimed)), sha256_(std::move(sha256)) {}
    ~FakeClaim() override { claimed_->erase(sha256_); }

   private:
    const std::shared_ptr<std::set<std::string>> claimed_;
    const std::string sha256_;
  };
};

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_FAKE_STAPLE_STORE_H_
