/** Errors of the way to a session: the daemon, its files, its protocol. PowerShell has no counterpart; the ids are ours. */
import type { ErrorTemplate } from './error-record.ts';

export const daemonErrors = {
  daemonNotRunning: {
    id: 'DaemonNotRunning',
    category: 'ResourceUnavailable',
    message: 'No daemon of this account is running. Any cmdlet starts one.',
  },
  daemonStartFailed: {
    id: 'DaemonStartFailed',
    category: 'ResourceUnavailable',
    message: "The daemon did not start: {reason} Its log is {log}; 'pssession doctor' looks further.",
  },
  daemonConnectionLost: {
    id: 'DaemonConnectionLost',
    category: 'ConnectionError',
    message: 'The daemon ended during the command: {reason} Sessions and their output are kept; run the command again.',
  },
  protocolVersionMismatch: {
    id: 'ProtocolVersionMismatch',
    category: 'ProtocolError',
    message:
      '{side} speaks version {theirs} of the protocol and this pssession speaks {ours}. {advice} No session is lost by that.',
  },
  protocolViolation: {
    id: 'ProtocolViolation',
    category: 'ProtocolError',
    message: 'The other side sent something that is not the protocol: {reason}',
  },
  directoryNotUsable: {
    id: 'DirectoryNotUsable',
    category: 'ResourceUnavailable',
    message: 'The directory {path} cannot be used: {reason} Set PSSESSION_HOME to one that you own and can write to.',
  },
  directoryNotPrivate: {
    id: 'DirectoryNotPrivate',
    category: 'SecurityError',
    message: '{path} is not private: {reason} It has to be a directory of your own with mode 0700, and not a link.',
  },
  socketNotOurs: {
    id: 'SocketNotOurs',
    category: 'SecurityError',
    message:
      'The socket {path} belongs to another account (uid {owner}). It is left alone; remove it, or set PSSESSION_HOME.',
  },
  stateUnreadable: {
    id: 'StateUnreadable',
    category: 'InvalidData',
    message: 'The state file {path} cannot be read: {reason} It was set aside as {copy}; everything else goes on.',
  },
  diskFull: {
    id: 'DiskFull',
    category: 'WriteError',
    message: 'There is no room left on the device of {path}. The command waits; it goes on when there is room again.',
  },
  scopeNotFound: {
    id: 'ScopeNotFound',
    category: 'ObjectNotFound',
    message: 'There is no scope "{scope}". PSSESSION_SCOPE names the scope of this shell.',
  },
  internalError: {
    id: 'InternalError',
    category: 'NotSpecified',
    message: "This is a bug in pssession: {reason} 'pssession daemon logs' has the details.",
  },
} as const satisfies Readonly<Record<string, ErrorTemplate>>;
