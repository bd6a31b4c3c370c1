#include "server/core/x509/chain_verifier.h"

#include <openssl/err.h>

namespace postern {
namespace {

// Of kSecurityLevel.
constexpr int kSecurityBits = 112;

UniqueX509Stack StackOf(absl::Span<X509* const> certificates) {
  UniqueX509Stack stack(sk_X509_new_reserve(nullptr, static_cast<int>(certificates.size())));
  for (X509* certificate : certificates) sk_X509_push(stack.get(), certificate);
  return stack;
}

ChainResult Failed() {
  ERR_clear_error();
  ChainResult result;
  result.error = X509_V_ERR_OUT_OF_MEM;
  return result;
}

ChainResult Verify(X509_STORE_CTX& context, absl::Time now) {
  if (X509_STORE_CTX_set_default(&context, "ssl_server") != 1) return Failed();
  X509_VERIFY_PARAM* const param = X509_STORE_CTX_get0_param(&context);
  X509_VERIFY_PARAM_set_time(param, absl::ToTimeT(now));
  X509_VERIFY_PARAM_set_auth_level(param, kSecurityLevel);
  X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_depth(param, kMaxIntermediates);
  ChainResult result;
  const int verified = X509_verify_cert(&context);
  result.error = X509_STORE_CTX_get_error(&context);
  result.depth = X509_STORE_CTX_get_error_depth(&context);
  // Whatever fails without a word has failed.
  if (verified != 1 && result.error == X509_V_OK) result.error = X509_V_ERR_UNSPECIFIED;
  const STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(&context);
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    X509* const certificate = sk_X509_value(chain, i);
    X509_up_ref(certificate);
    result.chain.emplace_back(certificate);
  }
  ERR_clear_error();
  return result;
}

}  // namespace

ChainResult VerifyChain(X509& certificate, absl::Span<X509* const> sent,
                        const TrustAnchors& anchors, absl::Time now) {
  const UniqueX509Stack untrusted = StackOf(sent);
  const UniqueStoreContext context(X509_STORE_CTX_new());
  if (untrusted == nullptr || context == nullptr ||
      X509_STORE_CTX_init(context.get(), anchors.store(), &certificate, untrusted.get()) != 1) {
    return Failed();
  }
  return Verify(*context, now);
}

ChainResult VerifyChain(X509& certificate, absl::Span<X509* const> sent,
                        absl::Span<X509* const> anchors, absl::Time now) {
  const UniqueX509Stack untrusted = StackOf(sent);
  const UniqueX509Stack trusted = StackOf(anchors);
  const UniqueStoreContext context(X509_STORE_CTX_new());
  if (untrusted == nullptr || trusted == nullptr || context == nullptr ||
      X509_STORE_CTX_init(context.get(), nullptr, &certificate, untrusted.get()) != 1) {
    return Failed();
  }
  X509_STORE_CTX_set0_trusted_stack(context.get(), trusted.get());
  return Verify(*context, now);
}

int VerifySignature(X509& certificate, EVP_PKEY& key) {
  int digest_bits = 0;
  int error = X509_V_OK;
  if (EVP_PKEY_get_security_bits(&key) < kSecurityBits) {
    error = X509_V_ERR_CA_KEY_TOO_SMALL;
  } else if (X509_get_signature_info(&certificate, nullptr, nullptr, &digest_bits, nullptr) != 1 ||
             digest_bits < kSecurityBits) {
    error = X509_V_ERR_CA_MD_TOO_WEAK;
  } else if (X509_verify(&certificate, &key) != 1) {
    error = X509_V_ERR_CERT_SIGNATURE_FAILURE;
  }
  ERR_clear_error();
  return error;
}

bool IsWithoutAnchor(int error) {
  switch (error) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
      return true;
    default:
      return false;
  }
}

}  // namespace postern
