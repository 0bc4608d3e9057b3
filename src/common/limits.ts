/**
 * Every default and limit in one place. Unit in the name, source behind it.
 */
export const limits = {
  /** IdleTimeoutMs of a configuration: seeds, Disconnect-PSSession. */
  idleTimeoutMs: 7_200_000,
  /** MaxIdleTimeoutMs of a configuration: seeds (12 h). */
  maxIdleTimeoutMs: 43_200_000,
  /** Least idle timeout: New-PSTransportOption. */
  minIdleTimeoutMs: 60_000,
  /** Output kept per session before Block or Drop acts: design, ours. */
  outputBufferBytes: 64 * 1024 * 1024,
  /** MaxShells, MaxShellsPerUser: New-PSTransportOption. */
  maxShells: 25,
  maxShellsPerUser: 25,
  maxConcurrentUsers: 5,
  maxConcurrentCommandsPerShell: 1000,
  maxProcessesPerShell: 15,
  maxMemoryPerShellMb: 1024,
  /** Throttle limit when omitted or 0: all -ThrottleLimit texts. */
  throttleLimit: 32,
  /** CancelTimeout, OpenTimeout of New-PSSessionOption. */
  cancelTimeoutMs: 60_000,
  openTimeoutMs: 180_000,
  /** Output segments: small enough to free often, large enough to be few. */
  segmentBytes: 4 * 1024 * 1024,
  smallestSegmentBytes: 64 * 1024,
  /** One read from the spool and one Output frame. */
  outputChunkBytes: 64 * 1024,
  /** Sent and not acknowledged, per receiver: bounds what lies in memory between spool and receiver. */
  sendAheadBytes: 2 * 1024 * 1024,
  /** What a receiver may have written to its stdout without the host knowing it: the delivery promise. */
  unconfirmedBytes: 64 * 1024,
  /** Largest frame on a wire; a script text travels in one. */
  frameBytes: 16 * 1024 * 1024,
  /** Free space under which sessions are blocked rather than let the disk fill up. */
  diskReserveBytes: 64 * 1024 * 1024,
  /** Commands remembered per session. */
  commandsKept: 200,
  /** A session's name; longer ones do not fit a listing. */
  nameLength: 256,
  /** A log longer than this is set aside when the next daemon starts. */
  daemonLogBytes: 1024 * 1024,
  /** Idle daemon without sessions ends after this. */
  daemonIdleMs: 60_000,
  /** A scope's leader is looked at this often: there is no event for the end of a stranger's process. */
  leaderCheckMs: 1_000,
  /** A CLI tries this long to get back to its daemon, once a second (robust sessions: four minutes). */
  redialMs: 240_000,
  redialPauseMs: 1_000,
  /** Standard input that stays silent so long is input that goes on. */
  silentInputMs: 20,
  /** A CLI waits this long for a daemon to come up. */
  daemonStartMs: 15_000,
  /** Holders of a session that runs a command are looked at this often. */
  holderCheckMs: 1_000,
  /** Between SIGHUP and SIGKILL when a session ends. */
  hangupGraceMs: 1_000,
  /** Unix socket paths: Node truncates silently at 108. */
  socketPathBytes: 100,
  /** Numbers that one range (`1..5`) may stand for: far above any number of sessions, far below what hurts. */
  rangeLength: 100_000,
} as const;
