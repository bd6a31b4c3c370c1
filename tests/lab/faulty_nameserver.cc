// faulty_nameserver: a name server that misbehaves as its rules say, and
// otherwise passes on what a good one behind it answers. For the lab.
//
//   faulty_nameserver --upstream PORT [--rules FILE] [--delay MS] [--synthesize ZONE]
//
// It listens on 127.0.0.1, on a port of its own choice, by UDP and TCP, and prints
// "listening PORT". SIGHUP reads the rules again; bad rules leave the old ones in
// force. SIGTERM and SIGINT end it.
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "tests/lab/loopback.h"
#include "tests/lab/responder.h"
#include "tests/lab/tcp_front.h"
#include "tests/lab/udp_front.h"

namespace postern {
namespace {

struct Options {
  int upstream = 0;
  int delay_ms = 0;
  std::string rules;
  std::string synthesize;
};

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "faulty_nameserver: %s\n", what.c_str());
  std::exit(1);
}

[[noreturn]] void DieOfErrno(const char* what) {
  Die(std::string(what) + ": " + std::strerror(errno));
}

int Number(std::string_view flag, std::string_view text, int low, int high) {
  int number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || stop != text.data() + text.size() || number < low || number > high) {
    Die(std::string(flag) + " wants a number from " + std::to_string(low) + " to " +
        std::to_string(high));
  }
  return number;
}

Options ParseOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view flag = argv[i];
    if (i + 1 == argc) Die(std::string(flag) + " wants a value");
    const std::string_view value = argv[i + 1];
    if (flag == "--upstream") {
      options.upstream = Number(flag, value, 1, 65535);
    } else if (flag == "--delay") {
      options.delay_ms = Number(flag, value, 0, 600000);
    } else if (flag == "--rules") {
      options.rules = value;
    } else if (flag == "--synthesize") {
      options.synthesize = value;
    } else {
      Die("unknown flag " + std::string(flag) +
          "; known are --upstream, --rules, --delay, --synthesize");
    }
  }
  if (options.upstream == 0) Die("--upstream PORT is missing");
  return options;
}

// Reads the rules; false, and a line on standard error, if they are bad.
bool LoadRules(const std::string& path, Responder& responder) {
  if (path.empty()) return true;
  std::ifstream file(path);
  FaultRules rules;
  std::string error;
  if (!file) {
    error = std::strerror(errno);
  } else if (FaultRules::Parse(file, rules, error)) {
    responder.SetRules(std::move(rules));
    return true;
  }
  std::fprintf(stderr, "faulty_nameserver: %s: %s\n", path.c_str(), error.c_str());
  return false;
}

int SignalDescriptor() {
  sigset_t signals;
  sigemptyset(&signals);
  for (int signal : {SIGHUP, SIGTERM, SIGINT}) sigaddset(&signals, signal);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

void Watch(int epoll, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) DieOfErrno("epoll_ctl");
}

// Sets the timer to the earlier of two times; without any it is stopped.
void SetTimer(int timer, std::optional<SteadyTime> one, std::optional<SteadyTime> other) {
  std::optional<SteadyTime> due = one;
  if (other && (!due || *other < *due)) due = other;
  itimerspec when{};
  if (due) {
    const auto since = std::chrono::nanoseconds(due->time_since_epoch()).count();
    when.it_value.tv_sec = since / 1000000000;
    when.it_value.tv_nsec = since % 1000000000;
  }
  timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, nullptr);
}

int Run(const Options& options) {
  const int signals = SignalDescriptor();
  const int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (signals < 0 || timer < 0 || epoll < 0) DieOfErrno("cannot start");

  std::optional<SyntheticZone> synthetic;
  if (!options.synthesize.empty()) synthetic.emplace(options.synthesize);
  Responder responder(std::chrono::milliseconds(options.delay_ms), std::move(synthetic));
  if (!LoadRules(options.rules, responder)) return 1;

  const std::optional<LoopbackListeners> listeners = ListenOnLoopback();
  if (!listeners) DieOfErrno("no port on 127.0.0.1");
  const uint16_t upstream_port = static_cast<uint16_t>(options.upstream);
  const int upstream = ConnectUdp(upstream_port);
  if (upstream < 0) DieOfErrno("no socket");
  UdpFront udp(responder, listeners->udp, upstream);
  TcpFront tcp(responder, epoll, listeners->tcp, upstream_port);
  for (int fd : {signals, timer, listeners->udp, listeners->tcp, upstream}) Watch(epoll, fd);
  std::printf("listening %d\n", listeners->port);
  std::fflush(stdout);

  while (true) {
    epoll_event events[64];
    const int count = epoll_wait(epoll, events, 64, -1);
    const SteadyTime now = std::chrono::steady_clock::now();
    for (int i = 0; i < count; ++i) {
      const int fd = events[i].data.fd;
      if (fd == listeners->udp) {
        udp.OnQueries(now);
      } else if (fd == upstream) {
        udp.OnAnswers(now);
      } else if (fd == listeners->tcp) {
        tcp.OnConnection();
      } else if (fd == timer) {
        uint64_t expirations;
        if (read(timer, &expirations, sizeof expirations) < 0) continue;
      } else if (fd == signals) {
        signalfd_siginfo info;
        if (read(signals, &info, sizeof info) != sizeof info) continue;
        if (info.ssi_signo != SIGHUP) return 0;
        LoadRules(options.rules, responder);
      } else {
        tcp.OnEvent(fd, now);
      }
    }
    udp.SendDue(now);
    tcp.SendDue(now);
    SetTimer(timer, udp.NextDue(), tcp.NextDue());
  }
}

}  // namespace
}  // namespace postern

int main(int argc, char** argv) { return postern::Run(postern::ParseOptions(argc, argv)); }
