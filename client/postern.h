/* The client of Postern for programs written in C (C11, POSIX).
 *
 *   postern_client *client;
 *   postern_policy *policy;
 *   char error[POSTERN_ERROR_SIZE];
 *   if (postern_client_create(NULL, &client, error, sizeof(error)) != POSTERN_OK) ...
 *   if (postern_resolve_domain(client, "example.org", 25, &policy, error, sizeof(error)) ...
 *   ... for each host in its order: connect, EHLO, STARTTLS, then
 *   if (postern_prepare(ssl, policy, host, error, sizeof(error)) != POSTERN_OK) ...
 *   if (SSL_connect(ssl) != 1) ... postern_verify_no_tls
 *   if (postern_verify(client, ssl, policy, host, &verdict, error, sizeof(error)) ==
 *           POSTERN_OK && verdict.action == POSTERN_PROCEED) ... MAIL FROM
 *   else ... QUIT and the next host.
 *
 * client/examples/c_example.c is a whole program. The library is C++: link with a C++
 * linker, and `pkg-config --libs postern`.
 *
 * Ownership: what a create or resolve function gives is the caller's until the destroy
 * function of its kind; strings that an accessor returns belong to the policy and live
 * as long; they are never NULL, and empty where there is nothing. A struct that the
 * caller passes in is filled whole and owns nothing.
 *
 * Errors: each function that can fail gives a code, and writes one line of text into
 * `error` (cut at error_size, always ended by a NUL; NULL and 0 if it is not wanted).
 * Out parameters are written only with POSTERN_OK, but a verdict, which with any other
 * code is POSTERN_FAILED and POSTERN_NEXT_HOST. A NULL where there must be none is
 * POSTERN_INVALID. No C++ exception leaves a function.
 *
 * Threads: a client may be used by many at once, a policy read by many, an SSL object
 * by one. A process that forks creates its client in the child. Ignore SIGPIPE.
 */
#ifndef POSTERN_CLIENT_POSTERN_H_
#define POSTERN_CLIENT_POSTERN_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* NOLINTBEGIN(modernize-use-using): C has typedef alone. */

/* OpenSSL's SSL, without its header. */
struct ssl_st;

typedef struct postern_client postern_client;
typedef struct postern_policy postern_policy;

/* Enough for every error text. */
#define POSTERN_ERROR_SIZE 512

/* What a function gives. */
typedef enum postern_code {
  POSTERN_OK = 0,
  /* An argument, or a request that the service refuses: the text names it. */
  POSTERN_INVALID = 1,
  /* Not possible as things are: a TLS file, the SSL object's versions or ciphers, a
   * handshake that is not complete, a policy that is not to connect. */
  POSTERN_STATE = 2,
  /* No answer from the service, and the failure mode is to say so. */
  POSTERN_NO_ANSWER = 3,
  /* A bug, of this library or the service, or no memory. */
  POSTERN_INTERNAL = 4
} postern_code;

/* What a caller gets from postern_verify when the service does not answer. */
typedef enum postern_failure_mode {
  /* By what the policy demands: the next host under DANE, where DANE is mandatory, with
   * require_pkix, and without the TLS that TLS_UNAUTHENTICATED wants; on where nothing
   * is demanded, where that TLS is there, and where the policy is audited without
   * require_pkix. */
  POSTERN_BY_POLICY = 0,
  POSTERN_ALWAYS_NEXT_HOST = 1,
  POSTERN_RETURN_ERROR = 2
} postern_failure_mode;

/* How strictly DANE is applied. */
typedef enum postern_dane_mode {
  POSTERN_DANE_BY_RULES = 0, /* As the service's rules say. */
  POSTERN_DANE_OFF = 1,
  POSTERN_DANE_OPPORTUNISTIC = 2,
  POSTERN_DANE_MANDATORY = 3 /* Only to hosts that DANE authenticates. */
} postern_dane_mode;

/* How the service is reached. All zero is the default. */
typedef struct postern_options {
  const char* server; /* As gRPC names it; NULL: "localhost:8425". */
  const char* ca;     /* PEM file: TLS to the service; NULL: none. */
  const char* cert;   /* PEM files: our certificate and its key; NULL: none. */
  const char* key;
  uint32_t policy_timeout; /* Milliseconds, retries included; 0: 20,000. */
  uint32_t verify_timeout; /* Milliseconds, retries included; 0: 5,000. */
  postern_failure_mode verify_failure_mode;
  int require_pkix;            /* 1: demand authentication by PKIX of OPPORTUNISTIC hosts. */
  postern_dane_mode dane_mode; /* Of each policy that is asked for. */
} postern_options;

/* postern_client_create makes a client, which connects with the first call. options may
 * be NULL. It turns off the deadlock detector of Abseil's mutexes for the process, which
 * in Debian's build aborts on what is none. POSTERN_INVALID, POSTERN_STATE. */
postern_code postern_client_create(const postern_options* options, postern_client** client,
                                   char* error, size_t error_size);
/* postern_client_destroy may be given NULL. */
void postern_client_destroy(postern_client* client);

/* What to do with mail for a domain. */
typedef enum postern_domain_verdict {
  POSTERN_DOMAIN_HOSTS = 1,         /* Try the hosts in their order. */
  POSTERN_DOMAIN_DEFER = 2,         /* Keep the mail, also for a verdict from the future. */
  POSTERN_DOMAIN_NULL_MX = 3,       /* Refuse with 556 5.1.10. */
  POSTERN_DOMAIN_NO_SUCH_DOMAIN = 4 /* Refuse with 550 5.1.2. */
} postern_domain_verdict;

/* What a connection to a host demands. */
typedef enum postern_host_verdict {
  POSTERN_HOST_DANE = 1,
  POSTERN_HOST_TLS_UNAUTHENTICATED = 2,
  POSTERN_HOST_OPPORTUNISTIC = 3,
  POSTERN_HOST_SKIP = 4 /* Do not connect; also for a verdict from the future. */
} postern_host_verdict;

/* A policy carries what its client's options demand to postern_prepare and the verify
 * functions.
 *
 * postern_resolve_domain gives the policy of a next hop; postern_resolve_relay that of
 * one host, without an MX lookup. port: of the SMTP service; 0 is 25. A service that
 * does not answer is a policy too: POSTERN_DOMAIN_DEFER, and postern_policy_from_server
 * is 0. POSTERN_INVALID if the service refuses the domain. */
postern_code postern_resolve_domain(const postern_client* client, const char* domain, uint16_t port,
                                    postern_policy** policy, char* error, size_t error_size);
postern_code postern_resolve_relay(const postern_client* client, const char* host, uint16_t port,
                                   postern_policy** policy, char* error, size_t error_size);
/* postern_policy_destroy may be given NULL. */
void postern_policy_destroy(postern_policy* policy);

/* The domain's answer. */
postern_domain_verdict postern_policy_verdict(const postern_policy* policy);
const char* postern_policy_reason(const postern_policy* policy); /* "MX_FOUND", ... */
const char* postern_policy_detail(const postern_policy* policy); /* For the log. */
int postern_policy_from_server(const postern_policy* policy);
/* Seconds since 1970 after which not to use it; 0: for this one delivery. */
int64_t postern_policy_expires(const postern_policy* policy);

/* The hosts, by ascending preference; those of one preference are to be tried in random
 * order. An index past their number gives an empty, SKIP host. */
size_t postern_policy_host_count(const postern_policy* policy);
const char* postern_host_name(const postern_policy* policy, size_t host);
uint32_t postern_host_preference(const postern_policy* policy, size_t host);
postern_host_verdict postern_host_verdict_of(const postern_policy* policy, size_t host);
const char* postern_host_reason(const postern_policy* policy, size_t host); /* "TLSA_USABLE" */
const char* postern_host_sni(const postern_policy* policy, size_t host);
const char* postern_host_tlsa_base_domain(const postern_policy* policy, size_t host);
int postern_host_request_ocsp(const postern_policy* policy, size_t host);
/* What the operator demands of revocation, and authentication with it: a good staple; a
 * staple or a CRL that says good. The verdict sees to it. */
int postern_host_require_ocsp(const postern_policy* policy, size_t host);
int postern_host_require_revocation_status(const postern_policy* policy, size_t host);
int postern_host_audit(const postern_policy* policy, size_t host);
/* The host's addresses as text; empty past their number. */
size_t postern_host_address_count(const postern_policy* policy, size_t host);
const char* postern_host_address(const postern_policy* policy, size_t host, size_t address);

/* postern_prepare makes an SSL object ready for a host, before SSL_connect and after
 * SSL_set_session: server_name, versions, ciphers, status request; OpenSSL does not
 * verify, the verdict does. client/tls/prepare_handshake.h tells all. POSTERN_INVALID
 * for a host index past the hosts, POSTERN_STATE for a SKIP host. */
postern_code postern_prepare(struct ssl_st* ssl, const postern_policy* policy, size_t host,
                             char* error, size_t error_size);

/* What a handshake is worth. */
typedef enum postern_verdict {
  POSTERN_VERIFIED_DANE = 1,
  POSTERN_VERIFIED_PKIX = 2,
  POSTERN_UNAUTHENTICATED = 3,
  POSTERN_FAILED = 4 /* Also for a verdict from the future. */
} postern_verdict;

/* What to do next. */
typedef enum postern_action {
  POSTERN_PROCEED = 1,
  POSTERN_NEXT_HOST = 2 /* QUIT without MAIL FROM. Also for an action from the future. */
} postern_action;

/* The verdict on a handshake. */
typedef struct postern_handshake {
  postern_verdict verdict;
  postern_action action;
  int from_server;        /* 0: the service did not answer; the failure mode did. */
  int audit_failure;      /* 1: log it, and proceed. */
  int x509_error;         /* OpenSSL's X509_V_ERR_...; 0 if there is none. */
  int matched_depth;      /* -1 if nothing matched. */
  char cv[8];             /* For the log: "dane", "yes", "no". */
  char reason[40];        /* "DANE_EE_MATCHED", "TLSA_MISMATCH", ... */
  char matched_name[256]; /* Empty if no name was looked at. */
  char detail[513];       /* For the log, one line. */
} postern_handshake;

/* How far a connection without TLS came. */
typedef enum postern_no_tls {
  POSTERN_TLS_NOT_OFFERED = 2, /* No STARTTLS, or the command was refused. */
  POSTERN_TLS_FAILED = 3       /* The handshake failed. */
} postern_no_tls;

/* postern_verify asks for the verdict on a completed handshake: on each connection,
 * resumed or not, before MAIL FROM. With any code but POSTERN_OK do not deliver over
 * the connection: verdict is POSTERN_NEXT_HOST then. */
postern_code postern_verify(const postern_client* client, struct ssl_st* ssl,
                            const postern_policy* policy, size_t host, postern_handshake* verdict,
                            char* error, size_t error_size);

/* postern_verify_no_tls asks what a connection without TLS is worth: with
 * POSTERN_PROCEED mail may go in clear text, after a failed handshake over a new
 * connection. */
postern_code postern_verify_no_tls(const postern_client* client, postern_no_tls tls,
                                   const postern_policy* policy, size_t host,
                                   postern_handshake* verdict, char* error, size_t error_size);

/* postern_may_keep_session is 1 once postern_verify gave the service's own
 * POSTERN_PROCEED for ssl, no failed audit, and no certificate that is revoked or lacks
 * the staple that it demands: only then may its session be kept for resumption. */
int postern_may_keep_session(const struct ssl_st* ssl);

/* NOLINTEND(modernize-use-using) */

#ifdef __cplusplus
}
#endif

#endif /* POSTERN_CLIENT_POSTERN_H_ */
