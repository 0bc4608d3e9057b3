/** Errors of the nine session cmdlets. */
import type { ErrorTemplate } from './error-record.ts';

/** @see reference/messages.md sections 2 to 9 and 11 */
export const sessionErrors = {
  // not found
  sessionIdNotAvailable: {
    id: 'RemoteRunspaceNotAvailableForSpecifiedSessionId',
    category: 'InvalidArgument',
    message:
      "There is no session with the Id {id} here. 'get-session' lists the sessions of this terminal, 'get-session -All' those of this account.",
    exceptionType: 'ArgumentException',
  },
  sessionNameNotAvailable: {
    id: 'RemoteRunspaceNotAvailableForSpecifiedName',
    category: 'InvalidArgument',
    message:
      "There is no session with the name {name} here. 'get-session' lists the sessions of this terminal, 'get-session -All' those of this account.",
    exceptionType: 'ArgumentException',
  },
  sessionNameElsewhere: {
    id: 'RemoteRunspaceNotAvailableForSpecifiedName',
    category: 'InvalidArgument',
    message:
      "There is no session with the name {name} in this terminal. One is on {computer}, {state}: 'connect-session -ComputerName {computer} -Name {name}' gets it.",
    exceptionType: 'ArgumentException',
  },
  sessionInstanceIdNotAvailable: {
    id: 'RemoteRunspaceNotAvailableForSpecifiedRunspaceId',
    category: 'InvalidArgument',
    message:
      "There is no session with the InstanceId {instanceId} here. 'get-session -All' lists those of this account.",
    exceptionType: 'ArgumentException',
  },
  computerHasNoSession: {
    id: 'RemoteRunspaceNotAvailableForSpecifiedComputer',
    category: 'InvalidArgument',
    message: "There is no session on {computer}. 'get-session -ComputerName {computer}' asks that computer.",
    exceptionType: 'ArgumentException',
  },
  sessionNameNotUnique: {
    id: 'RemoteRunspaceHasMultipleMatchesForSpecifiedName',
    category: 'InvalidArgument',
    message: 'The name {name} belongs to {count} sessions. Choose one by -Id: {ids}.',
    exceptionType: 'ArgumentException',
  },
  sessionIdNotUnique: {
    id: 'RemoteRunspaceHasMultipleMatchesForSpecifiedSessionId',
    category: 'InvalidArgument',
    message: 'The Id {id} belongs to several sessions. Choose one by -InstanceId.',
    exceptionType: 'ArgumentException',
  },
  sessionNotOnComputerById: {
    id: 'PSSessionIdMatchFail',
    category: 'InvalidOperation',
    message:
      "There is no session with the InstanceId {instanceId} on {computer}. 'get-session -ComputerName {computer}' lists what is there.",
    exceptionType: 'RuntimeException',
  },
  sessionNotOnComputerByName: {
    id: 'PSSessionNameMatchFail',
    category: 'InvalidOperation',
    message:
      "There is no session with the name {name} on {computer}. 'get-session -ComputerName {computer}' lists what is there.",
    exceptionType: 'RuntimeException',
  },
  sessionQueryFailed: {
    id: 'RemotePSSessionQueryFailed',
    category: 'InvalidOperation',
    message: 'The computer {computer} could not be asked for its sessions: {reason}',
    exceptionType: 'RuntimeException',
  },
  sessionQueryForReceiveFailed: {
    id: 'ReceivePSSessionQueryForSessionFailed',
    category: 'InvalidOperation',
    message: 'The computer {computer} could not be asked for its sessions: {reason}',
    exceptionType: 'RuntimeException',
  },
  sessionGone: {
    id: 'PSSessionConnectFailed',
    category: 'InvalidOperation',
    message: 'The session {name} no longer exists on {computer}: {reason}',
    exceptionType: 'RuntimeException',
  },
  sessionGivenTwice: {
    id: 'RemoteRunspaceInfoHasDuplicates',
    category: 'InvalidArgument',
    message: 'The session {name} is given twice. Give each session once.',
    exceptionType: 'ArgumentException',
  },

  // state and availability
  sessionNotConnectable: {
    id: 'PSSessionConnectFailed',
    category: 'InvalidOperation',
    message: 'The session {name} cannot be connected: it is {state}, {availability}. {advice}',
    exceptionType: 'RuntimeException',
  },
  sessionNotReceivable: {
    id: 'ReceivePSSessionCannotConnectSession',
    category: 'InvalidOperation',
    message: 'The session {name} cannot be received: it is {state}, {availability}. {advice}',
    exceptionType: 'RuntimeException',
  },
  sessionConnectFailed: {
    id: 'PSSessionConnectFailed',
    category: 'InvalidOperation',
    message: 'The session {name} on {computer} was not connected: {reason}',
    exceptionType: 'RuntimeException',
  },
  sessionNotOpened: {
    id: 'CannotDisconnectSessionWhenNotOpened',
    category: 'InvalidOperation',
    message: 'The session {name} cannot be disconnected: it is {state}, not Opened.',
    exceptionType: 'RuntimeException',
  },
  sessionHeldElsewhere: {
    id: 'InvalidOperation',
    category: 'InvalidOperation',
    message: 'The session {name} on {computer} is in use by {holder}. Disconnect it there, or use -Force.',
    exceptionType: 'PSInvalidOperationException',
  },
  waitExpired: {
    id: 'WaitTimeoutExpired',
    category: 'OperationTimeout',
    message: 'The session {name} was still {state}, {availability} after {seconds} s. Nothing was changed.',
    exceptionType: 'TimeoutException',
  },

  // disconnect and idle timeout; the first text is printed in seeds/ (Disconnect-PSSession, example 4), word for word
  idleTimeoutOutOfRange: {
    id: 'CannotDisconnectSessionWithInvalidIdleTimeout',
    category: 'InvalidArgument',
    message:
      'The session {name} cannot be disconnected because the specified idle timeout value {wanted}(seconds) is either greater than the server maximum allowed {maximum} (seconds) or less that the minimum allowed{minimum}(seconds).  Choose an idle time out value that is within the allowed range and try again.',
    exceptionType: 'RuntimeException',
  },
  idleTimeoutOptionInvalid: {
    id: 'Argument',
    category: 'InvalidArgument',
    message:
      'The session option IdleTimeout of {wanted} s is too short; the least is {minimum} s. It is given in milliseconds: IdleTimeout={minimumMs} or more, or -1 for the default of the computer.',
    exceptionType: 'PSArgumentException',
  },
  sessionDisconnectFailed: {
    id: 'PSSessionDisconnectFailed',
    category: 'InvalidOperation',
    message: 'The session {name} was not disconnected: {reason}',
    exceptionType: 'RuntimeException',
  },

  // receive
  commandFailed: {
    id: 'ReceivePSSessionPipelineFailed',
    category: 'OperationStopped',
    message: 'The command in the session {name} failed: {reason}',
    exceptionType: 'RuntimeException',
  },
  noDisconnectedCommand: {
    id: 'InvalidOperation',
    category: 'InvalidOperation',
    message: 'The session {name} has no command, so there is nothing to make a job of. Leave -OutTarget Job out.',
    exceptionType: 'PSInvalidOperationException',
  },
  outputDropped: {
    id: 'OutputDropped',
    category: 'LimitsExceeded',
    message:
      '{bytes} bytes of the session {name} were dropped because its buffer was full and its OutputBufferingMode is Drop.',
  },

  // remove
  sessionRemovedHereOnly: {
    id: 'RemoveSessionCannotConnectToServer',
    category: 'InvalidOperation',
    message:
      'The computer {computer} was not reached, so the session {name} was removed only here: {reason} If it still runs there, remove it when the computer answers again.',
    exceptionType: 'RuntimeException',
  },

  // create and open
  computerNameInvalid: {
    id: 'PSSessionInvalidComputerName',
    category: 'InvalidArgument',
    message: '"{computer}" is not a computer name, an address or an ssh alias. For a URI use -ConnectionUri.',
    exceptionType: 'ArgumentException',
  },
  sessionNameInvalid: {
    id: 'SessionCreateFailedInvalidName,PSSessionOpenFailed',
    category: 'OpenError',
    message: 'The session name "{name}" is not valid: {reason}',
    exceptionType: 'PSRemotingTransportException',
  },
  sessionOpenFailed: {
    id: 'PSSessionOpenFailed',
    category: 'OpenError',
    message: 'No session was opened on {computer}: {reason}',
    exceptionType: 'PSRemotingTransportException',
  },
  configurationNotFound: {
    id: 'InvalidResourceUri,PSSessionOpenFailed',
    category: 'OpenError',
    message: 'There is no session configuration {configuration} on {computer}. {advice}',
    exceptionType: 'PSRemotingTransportException',
  },
  sessionQuotaExceeded: {
    id: 'PSSessionOpenFailed',
    category: 'QuotaExceeded',
    message:
      'No session was opened on {computer}: its configuration {configuration} allows {limit} ({quota}). Remove one first, or raise the quota.',
    exceptionType: 'PSRemotingTransportException',
  },
  connectionInfoInvalid: {
    id: 'CreateRemoteRunspaceFailed',
    category: 'InvalidArgument',
    message: 'The connection to {computer} cannot be described: {reason}',
    exceptionType: 'ArgumentException',
  },
  virtualMachineNotSupported: {
    id: 'CreateRemoteRunspaceForVMFailed',
    category: 'NotImplemented',
    message:
      'Virtual machines cannot be reached by -VMId or -VMName here. Use -ComputerName with an ssh server in the machine.',
    exceptionType: 'NotSupportedException',
  },
  containerNotSupported: {
    id: 'CreateRemoteRunspaceForContainerFailed',
    category: 'NotImplemented',
    message:
      'Containers cannot be reached by -ContainerId here. Use -ComputerName with an ssh server in the container.',
    exceptionType: 'NotSupportedException',
  },
  windowsPowerShellNotSupported: {
    id: 'UseWindowsPowerShellParameterNotSupported',
    category: 'NotImplemented',
    message: 'There is no Windows PowerShell here. Leave -UseWindowsPowerShell out.',
    exceptionType: 'NotSupportedException',
  },

  // Invoke-Command
  jobAndDisconnected: {
    id: 'System.InvalidOperationException',
    category: 'InvalidOperation',
    message: '-AsJob and -InDisconnectedSession cannot be used together. Leave one of them out.',
    exceptionType: 'InvalidOperationException',
  },
  sessionNameNotDisconnected: {
    id: 'System.InvalidOperationException',
    category: 'InvalidOperation',
    message:
      '-{parameter} together with -ComputerName names the new session of -InDisconnectedSession. Add that switch.',
    exceptionType: 'InvalidOperationException',
  },
  filePathHasWildcard: {
    id: 'Argument',
    category: 'InvalidArgument',
    message: '-FilePath takes one file, and "{path}" is a pattern. Give the path of one script.',
    exceptionType: 'PSArgumentException',
  },
  fileNotFound: {
    id: 'PathNotFound',
    category: 'ObjectNotFound',
    message: 'The script {path} cannot be read: {reason}',
    exceptionType: 'ItemNotFoundException',
  },
  sessionStateInvalid: {
    id: 'InvokeCommandCommandInvalidSessionState',
    category: 'InvalidOperation',
    message: 'No command can run in the session {name} on {computer}: it is {state}, not Opened. {advice}',
    exceptionType: 'InvalidRunspaceStateException',
  },
  sessionAvailabilityInvalid: {
    id: 'InvokeCommandCommandInvalidSessionAvailability',
    category: 'InvalidOperation',
    message: 'No command can run in the session {name} on {computer}: it is {availability}. {advice}',
    exceptionType: 'InvalidRunspaceStateException',
  },
  noUsableSession: {
    id: 'InvalidOperation',
    category: 'InvalidOperation',
    message: 'None of the given sessions can run a command. They have to be Opened and Available.',
    exceptionType: 'PSInvalidOperationException',
  },
  commandNotStarted: {
    id: 'JobFailure',
    category: 'OperationStopped',
    message: 'The command was not started in the session {name}: {reason}',
    exceptionType: 'PSRemotingTransportException',
  },
  commandStopped: {
    id: 'PipelineStopped',
    category: 'OperationStopped',
    message: 'The command in the session {name} was stopped.',
    exceptionType: 'PipelineStoppedException',
  },
  sessionBroke: {
    id: 'PSSessionStateBroken',
    category: 'OpenError',
    message: "The session {name} on {computer} broke: {reason} 'receive-session' gets what it printed before.",
    exceptionType: 'PSRemotingTransportException',
  },

  // Enter and Exit
  cmdletNotImplemented: {
    id: 'NotImplemented',
    category: 'NotImplemented',
    message: '{cmdlet} is not part of this version. {advice}',
    exceptionType: 'NotImplementedException',
  },
  interactiveNotPossible: {
    id: 'HostDoesNotSupportPushRunspace',
    category: 'InvalidArgument',
    message: '{cmdlet} needs a terminal on standard input and output. Use invoke-command in scripts.',
    exceptionType: 'ArgumentException',
  },
  interactiveInsideInteractive: {
    id: 'HostInNestedPrompt',
    category: 'InvalidOperation',
    message: 'This is already the session {name}. Leave it with exit before entering another.',
    exceptionType: 'InvalidOperationException',
  },
  enterNotOpened: {
    id: 'PushedRunspaceMustBeOpen',
    category: 'InvalidArgument',
    message: 'The session {name} cannot be entered: it is {state}. {advice}',
    exceptionType: 'ArgumentException',
  },
  enterHeldElsewhere: {
    id: 'EnterPSSessionCannotConnectDisconnectedSession',
    category: 'InvalidOperation',
    message: 'The session {name} cannot be entered: it is in use by {holder}. Disconnect it there first.',
    exceptionType: 'InvalidOperationException',
  },
  enterConnectFailed: {
    id: 'EnterPSSessionConnectSessionFailed',
    category: 'InvalidOperation',
    message: 'The session {name} was not connected, so it cannot be entered: {reason}',
    exceptionType: 'InvalidOperationException',
  },
} as const satisfies Readonly<Record<string, ErrorTemplate>>;
