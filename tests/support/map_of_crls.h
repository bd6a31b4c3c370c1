// CRLs at hand, for tests.
#ifndef POSTERN_TESTS_SUPPORT_MAP_OF_CRLS_H_
#define POSTERN_TESTS_SUPPORT_MAP_OF_CRLS_H_

#include <map>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "server/core/revocation/crl.h"
#include "server/core/revocation/crl_index.h"
#include "server/core/x509/certificate.h"
#include "tests/support/certificate_builder.h"

namespace postern {

// MapOfCrls has CRLs by their URL. Not thread safe while one is added.
class MapOfCrls : public CrlIndex {
 public:
  void Add(const std::string& url, const std::string& der, const TestCertificate& issuer) {
    crls_[url] = std::make_shared<const Crl>(ReadCrl(der, *ParseIssuer(issuer.der)));
  }
  std::shared_ptr<const Crl> Find(absl::string_view url, const Certificate&) const override {
    const auto it = crls_.find(std::string(url));
    return it == crls_.end() ? nullptr : it->second;
  }

 private:
  std::map<std::string, std::shared_ptr<const Crl>> crls_;
};

}  // namespace postern

#endif  // POSTERN_TESTS_SUPPORT_MAP_OF_CRLS_H_
