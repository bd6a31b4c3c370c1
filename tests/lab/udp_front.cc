#include "tests/lab/udp_front.h"

#include <sys/socket.h>

#include <array>
#include <utility>

#include "tests/lab/dns_wire.h"

namespace postern {
namespace {

constexpr size_t kBatch = 64;
constexpr size_t kMessageBytes = 4096;  // more than any UDP query or answer here has
constexpr size_t kSlots = 1 << 16;
constexpr size_t kInFlight = 200;     // at the name server behind
constexpr size_t kWaiting = 1 << 17;  // past these, queries are lost
constexpr size_t kDelayed = 1 << 20;  // and so are answers
constexpr std::chrono::seconds kLost{1};

// Batch is what recvmmsg and sendmmsg want.
struct Batch {
  std::array<mmsghdr, kBatch> headers{};
  std::array<iovec, kBatch> vectors{};
  std::array<sockaddr_in, kBatch> peers{};

  void Set(size_t i, char* bytes, size_t size, bool with_peer) {
    vectors[i] = {bytes, size};
    headers[i].msg_hdr = {};
    headers[i].msg_hdr.msg_iov = &vectors[i];
    headers[i].msg_hdr.msg_iovlen = 1;
    if (with_peer) {
      headers[i].msg_hdr.msg_name = &peers[i];
      headers[i].msg_hdr.msg_namelen = sizeof peers[i];
    }
  }
};

}  // namespace

UdpFront::UdpFront(const Responder& responder, int listener, int upstream)
    : responder_(responder),
      listener_(listener),
      upstream_(upstream),
      slots_(kSlots),
      buffers_(kBatch * kMessageBytes) {}

void UdpFront::OnQueries(SteadyTime now) {
  Batch batch;
  for (size_t i = 0; i < kBatch; ++i) {
    batch.Set(i, &buffers_[i * kMessageBytes], kMessageBytes, true);
  }
  const int count = recvmmsg(listener_, batch.headers.data(), kBatch, MSG_DONTWAIT, nullptr);
  for (int i = 0; i < count; ++i) {
    Take(batch.peers[i], {&buffers_[i * kMessageBytes], batch.headers[i].msg_len}, now);
  }
  Forward(now);
}

void UdpFront::Take(const sockaddr_in& client, std::string_view message, SteadyTime now) {
  Handling handling = responder_.Handle(message, /*by_tcp=*/false);
  switch (handling.kind) {
    case Handling::Kind::kForward:
      if (waiting_.size() < kWaiting) waiting_.push_back({client, std::move(handling)});
      break;
    case Handling::Kind::kReply:
      Schedule({client, std::move(handling.message)}, handling.delay, now);
      break;
    case Handling::Kind::kDrop:
    case Handling::Kind::kClose:
      break;
  }
}

void UdpFront::Forward(SteadyTime now) {
  // Give up what was answered, and what is lost.
  while (!busy_.empty() &&
         (!slots_[busy_.front()].busy || slots_[busy_.front()].sent + kLost < now)) {
    if (slots_[busy_.front()].busy) --in_flight_;
    slots_[busy_.front()].busy = false;
    busy_.pop_front();
  }
  Batch batch;
  std::array<std::string, kBatch> messages;
  size_t count = 0;
  while (count < kBatch && in_flight_ < kInFlight && busy_.size() < kSlots - 1 &&
         !waiting_.empty()) {
    Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    while (slots_[next_slot_].busy) ++next_slot_;
    const uint16_t slot = next_slot_++;
    messages[count] = std::move(next.handling.message);
    slots_[slot] = {
        true, now, next.client, ReadId(messages[count]), next.handling.edit, next.handling.delay};
    WriteId(messages[count], slot);
    batch.Set(count, messages[count].data(), messages[count].size(), false);
    busy_.push_back(slot);
    ++in_flight_;
    ++count;
  }
  // What the kernel does not take counts as lost on the way.
  if (count > 0) sendmmsg(upstream_, batch.headers.data(), count, MSG_DONTWAIT);
}

void UdpFront::OnAnswers(SteadyTime now) {
  Batch batch;
  for (size_t i = 0; i < kBatch; ++i) {
    batch.Set(i, &buffers_[i * kMessageBytes], kMessageBytes, false);
  }
  const int count = recvmmsg(upstream_, batch.headers.data(), kBatch, MSG_DONTWAIT, nullptr);
  for (int i = 0; i < count; ++i) {
    std::string message(&buffers_[i * kMessageBytes], batch.headers[i].msg_len);
    if (message.size() < kDnsHeaderSize) continue;
    Slot& slot = slots_[ReadId(message)];
    if (!slot.busy) continue;
    slot.busy = false;
    --in_flight_;
    WriteId(message, slot.id);
    ApplyEdit(slot.edit, message);
    Schedule({slot.client, std::move(message)}, slot.delay, now);
  }
  Forward(now);
}

void UdpFront::Schedule(Answer answer, std::chrono::milliseconds delay, SteadyTime now) {
  if (delayed_.size() < kDelayed) delayed_.Add(now + delay, std::move(answer));
}

void UdpFront::SendDue(SteadyTime now) {
  while (true) {
    Batch batch;
    std::array<std::string, kBatch> messages;
    size_t count = 0;
    while (count < kBatch) {
      std::optional<Answer> answer = delayed_.TakeDue(now);
      if (!answer) break;
      messages[count] = std::move(answer->message);
      batch.peers[count] = answer->client;
      batch.Set(count, messages[count].data(), messages[count].size(), true);
      ++count;
    }
    if (count == 0) return;
    // One refused (its client is gone) must not keep the others from their clients.
    for (size_t sent = 0; sent < count;) {
      const int taken = sendmmsg(listener_, &batch.headers[sent], count - sent, MSG_DONTWAIT);
      sent += taken > 0 ? static_cast<size_t>(taken) : 1;
    }
  }
}

}  // namespace postern
