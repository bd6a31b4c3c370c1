/* What a worker written in C asks: c_example DOMAIN [SERVER]
 *
 * Asks how mail for a domain may be delivered, and shows how each connection would be
 * judged if its server offered no STARTTLS. A worker calls judge_tls below with the SSL
 * object of each connection. Exit status: 0 a host may be tried, 1 refuse, 75 defer. */
#include <openssl/ssl.h>
#include <stdio.h>

#include "postern/postern.h"

/* After 220 to STARTTLS, on a new SSL object that has the socket: may mail go over it? */
static int judge_tls(const postern_client *client, SSL *ssl, const postern_policy *policy,
                     size_t host) {
  char error[POSTERN_ERROR_SIZE];
  postern_handshake verdict;
  postern_code code = postern_prepare(ssl, policy, host, error, sizeof(error));
  if (code == POSTERN_OK) {
    code = SSL_connect(ssl) == 1
               ? postern_verify(client, ssl, policy, host, &verdict, error, sizeof(error))
               : postern_verify_no_tls(client, POSTERN_TLS_FAILED, policy, host, &verdict, error,
                                       sizeof(error));
  }
  if (code != POSTERN_OK) {
    fprintf(stderr, "%s: %s\n", postern_host_name(policy, host), error);
    return 0;
  }
  printf("%s: CV=%s %s %s\n", postern_host_name(policy, host), verdict.cv, verdict.reason,
         verdict.detail);
  return SSL_is_init_finished(ssl) && verdict.action == POSTERN_PROCEED;
}

static void show_host(const postern_client *client, const postern_policy *policy, size_t host) {
  static const char *const words[] = {"", "DANE", "TLS_UNAUTHENTICATED", "OPPORTUNISTIC", "SKIP"};
  char error[POSTERN_ERROR_SIZE];
  postern_handshake verdict;
  printf("%u %s %s %s\n", (unsigned)postern_host_preference(policy, host),
         postern_host_name(policy, host), words[postern_host_verdict_of(policy, host)],
         postern_host_reason(policy, host));
  if (postern_verify_no_tls(client, POSTERN_TLS_NOT_OFFERED, policy, host, &verdict, error,
                            sizeof(error)) != POSTERN_OK) {
    printf("  without TLS: %s\n", error);
    return;
  }
  printf("  without TLS: %s %s\n", verdict.action == POSTERN_PROCEED ? "PROCEED" : "NEXT_HOST",
         verdict.from_server ? verdict.reason : "(no answer)");
}

int main(int argc, char **argv) {
  char error[POSTERN_ERROR_SIZE];
  postern_options options = {0};
  postern_client *client = NULL;
  postern_policy *policy = NULL;
  postern_domain_verdict verdict;
  size_t host;
  (void)judge_tls; /* A worker with a connection calls it. */
  if (argc < 2) {
    fprintf(stderr, "usage: c_example DOMAIN [SERVER]\n");
    return 64;
  }
  if (argc > 2) options.server = argv[2];
  if (postern_client_create(&options, &client, error, sizeof(error)) != POSTERN_OK ||
      postern_resolve_domain(client, argv[1], 25, &policy, error, sizeof(error)) != POSTERN_OK) {
    fprintf(stderr, "%s\n", error);
    postern_client_destroy(client);
    return 64;
  }
  verdict = postern_policy_verdict(policy);
  printf("%s%s\n", postern_policy_reason(policy),
         postern_policy_from_server(policy) ? "" : " (no answer)");
  for (host = 0; host < postern_policy_host_count(policy); ++host) {
    show_host(client, policy, host);
  }
  postern_policy_destroy(policy);
  postern_client_destroy(client);
  if (verdict == POSTERN_DOMAIN_HOSTS) return 0;
  return verdict == POSTERN_DOMAIN_DEFER ? 75 : 1;
}
