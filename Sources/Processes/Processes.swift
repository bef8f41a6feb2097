// Starting other programs and keeping them running.
//
// A child gets reset signals, a bare environment, resource limits and a parent-death signal, so that
// nothing outlives the process that asked for it. A supervisor restarts what dies, with back-off,
// and stops children in the reverse order of their start.
