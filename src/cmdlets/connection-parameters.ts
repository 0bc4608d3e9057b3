/**
 * Parameters that several cmdlets share, each made for the sets of the cmdlet that asks.
 *
 * What only WinRM has is accepted, so that lines from the documentation run, and says in its description what it does here.
 */
import type { ParameterSpec } from '../powershell/parameter-spec.ts';
import { outputBufferingModes } from '../powershell/session-option.ts';

const authenticationMechanisms = [
  'Default',
  'Basic',
  'Negotiate',
  'NegotiateWithImplicitCredential',
  'Credssp',
  'Digest',
  'Kerberos',
] as const;

/** -Port 1..65535. */
export const port = (sets: string) =>
  ({
    type: 'Int32',
    minimum: 1,
    maximum: 65535,
    sets,
    description: 'The port of the ssh server; without it what the ssh configuration says.',
  }) as const satisfies ParameterSpec;

export const useSsl = (sets: string) =>
  ({
    type: 'Switch',
    sets,
    description: 'Accepted; every connection is encrypted by SSH.',
  }) as const satisfies ParameterSpec;

export const applicationName = (sets: string) =>
  ({
    type: 'String',
    sets,
    pipeline: 'property',
    description: 'Accepted; connections over SSH have no application name.',
  }) as const satisfies ParameterSpec;

export const allowRedirection = (sets: string) =>
  ({
    type: 'Switch',
    sets,
    description: 'Accepted; connections over SSH are never redirected.',
  }) as const satisfies ParameterSpec;

export const credential = (sets: string) =>
  ({
    type: 'PSCredential',
    sets,
    pipeline: 'property',
    description:
      'The user name on the computer. Passwords and passphrases never come from the command line; SSH asks for them.',
  }) as const satisfies ParameterSpec;

export const authentication = (sets: string) =>
  ({
    type: 'Enum',
    values: authenticationMechanisms,
    typeName: 'AuthenticationMechanism',
    sets,
    description: 'Accepted; SSH negotiates how to authenticate.',
  }) as const satisfies ParameterSpec;

export const certificateThumbprint = (sets: string) =>
  ({
    type: 'String',
    sets,
    description: 'Accepted; SSH finds its keys and certificates by its own configuration.',
  }) as const satisfies ParameterSpec;

export const enableNetworkAccess = (sets: string) =>
  ({
    type: 'Switch',
    sets,
    description: 'Accepted; sessions on this computer have the rights of their account anyway.',
  }) as const satisfies ParameterSpec;

export const configurationName = (sets: string) =>
  ({
    type: 'String',
    sets,
    pipeline: 'property',
    description: 'The session configuration on the computer; Microsoft.PowerShell runs the login shell.',
  }) as const satisfies ParameterSpec;

export const configurationFilter = (sets: string) =>
  ({
    type: 'String',
    sets,
    pipeline: 'property',
    description: 'Only sessions of this session configuration.',
  }) as const satisfies ParameterSpec;

export const sessionOption = (sets: string) =>
  ({
    type: 'PSSessionOption',
    sets,
    description:
      "Session options: 'IdleTimeout=172800000;OutputBufferingMode=Drop' (times in milliseconds), JSON, or what new-sessionoption printed.",
  }) as const satisfies ParameterSpec;

export const connectSessionOption = (sets: string) =>
  ({
    type: 'PSSessionOption',
    sets,
    description: 'Session options; only OutputBufferingMode acts on a session that exists.',
  }) as const satisfies ParameterSpec;

export const throttleLimit = (sets: string) =>
  ({
    type: 'Int32',
    sets,
    description: 'How many computers this command works on at once; 32 when omitted or 0.',
  }) as const satisfies ParameterSpec;

export const outputBufferingMode = (sets: string) =>
  ({
    type: 'Enum',
    values: outputBufferingModes,
    typeName: 'OutputBufferingMode',
    sets,
    description:
      'What happens when the output buffer is full: Block stops the command, Drop discards the oldest output, None keeps what it was.',
  }) as const satisfies ParameterSpec;

export const connectionUri = (sets: string) =>
  ({
    type: 'Uri',
    array: true,
    aliases: ['URI', 'CU'],
    sets,
    pipeline: 'property',
    description: 'The computers as URIs: ssh://user@computer:port.',
  }) as const satisfies ParameterSpec;

export const oneConnectionUri = (sets: string) =>
  ({
    type: 'Uri',
    aliases: ['URI', 'CU'],
    sets,
    pipeline: 'property',
    description: 'The computer as a URI: ssh://user@computer:port.',
  }) as const satisfies ParameterSpec;

export const userName = (sets: string) =>
  ({
    type: 'String',
    sets,
    description: 'The user on the computer; without it what the ssh configuration says.',
  }) as const satisfies ParameterSpec;

export const keyFilePath = (sets: string) =>
  ({
    type: 'String',
    aliases: ['IdentityFilePath'],
    sets,
    description: 'The private key file, as ssh -i.',
  }) as const satisfies ParameterSpec;

export const subsystem = (sets: string) =>
  ({
    type: 'String',
    sets,
    pipeline: 'property',
    description: 'Accepted; pssession needs no ssh subsystem.',
  }) as const satisfies ParameterSpec;

export const connectingTimeout = (sets: string) =>
  ({
    type: 'Int32',
    minimum: -1,
    sets,
    description: 'The longest time to connect, in milliseconds; -1 is no limit.',
  }) as const satisfies ParameterSpec;

export const sshTransport = (sets: string) =>
  ({ type: 'Switch', sets, description: 'Accepted; -HostName implies it.' }) as const satisfies ParameterSpec;

export const sshOptions = (sets: string) =>
  ({
    type: 'Hashtable',
    sets,
    description: "ssh options: 'Compression=yes;ServerAliveInterval=30', as ssh -o.",
  }) as const satisfies ParameterSpec;

export const sshConnection = (sets: string) =>
  ({
    type: 'Hashtable',
    array: true,
    sets,
    description:
      "Computers as tables: 'HostName=server01;UserName=me;Port=2222'; keys are ComputerName or HostName, UserName, KeyFilePath, Port, Subsystem, ConnectingTimeout, Options.",
  }) as const satisfies ParameterSpec;

export const vmId = (sets: string) =>
  ({
    type: 'Guid',
    array: true,
    aliases: ['VMGuid'],
    sets,
    pipeline: 'property',
    description: 'Virtual machines; not supported here.',
  }) as const satisfies ParameterSpec;

export const vmName = (sets: string) =>
  ({
    type: 'String',
    array: true,
    sets,
    pipeline: 'property',
    description: 'Virtual machines; not supported here.',
  }) as const satisfies ParameterSpec;

export const containerId = (sets: string) =>
  ({
    type: 'String',
    array: true,
    sets,
    pipeline: 'property',
    description: 'Containers; not supported here.',
  }) as const satisfies ParameterSpec;

export const runAsAdministrator = (sets: string) =>
  ({ type: 'Switch', sets, description: 'For containers; not supported here.' }) as const satisfies ParameterSpec;

export const wait = (sets: string) =>
  ({
    type: 'Switch',
    sets,
    description: 'Waits for a session that is in use elsewhere until it is free.',
  }) as const satisfies ParameterSpec;

export const timeout = (sets: string) =>
  ({
    type: 'Int32',
    minimum: -1,
    sets,
    description:
      'The longest time to wait, in seconds; implies -Wait. -1 waits for ever. When it is over, an error record is written and the exit code is 124.',
  }) as const satisfies ParameterSpec;
