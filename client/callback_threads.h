// Keeps gRPC's callback threads for the life of the process.
//
// gRPC 1.51 ends them with the last channel that used them. A call keeps its
// channel, so that the last one may go on one of these very threads, at the end
// of a call whose Connection is gone: the thread then joins itself and frees the
// queue that it runs on.
#ifndef POSTERN_CLIENT_CALLBACK_THREADS_H_
#define POSTERN_CLIENT_CALLBACK_THREADS_H_

namespace postern {

// KeepCallbackThreads is called before each use of gRPC's callback API. Thread
// safe, and cheap after the first time.
void KeepCallbackThreads();

}  // namespace postern

#endif  // POSTERN_CLIENT_CALLBACK_THREADS_H_
