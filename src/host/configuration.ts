/**
 * Session configurations: named defaults and quotas. `Microsoft.PowerShell` exists without a file; a file
 * `configurations/NAME.json` overrides single values of it, or makes another configuration.
 */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { limits } from '../common/limits.ts';
import { createError } from '../powershell/error-ids.ts';

const shellKinds = ['bash', 'zsh', 'sh', 'fish'] as const;
export type ShellKind = (typeof shellKinds)[number];

const positive = v.pipe(v.number(), v.integer(), v.minValue(1));

const configurationFile = v.strictObject({
  /** A shell by path; absent: the account's login shell. */
  Shell: v.optional(v.string()),
  IdleTimeoutMs: v.optional(v.pipe(v.number(), v.minValue(limits.minIdleTimeoutMs)), limits.idleTimeoutMs),
  /** null: no limit. */
  MaxIdleTimeoutMs: v.optional(
    v.nullable(v.pipe(v.number(), v.minValue(limits.minIdleTimeoutMs))),
    limits.maxIdleTimeoutMs,
  ),
  OutputBufferingMode: v.optional(v.picklist(['Drop', 'Block']), 'Block'),
  OutputBufferMB: v.optional(positive, limits.outputBufferBytes / 1024 / 1024),
  MaxShells: v.optional(positive, limits.maxShells),
  MaxShellsPerUser: v.optional(positive, limits.maxShellsPerUser),
  MaxConcurrentCommandsPerShell: v.optional(positive, limits.maxConcurrentCommandsPerShell),
});

export interface SessionConfiguration {
  readonly name: string;
  readonly shellPath: string;
  readonly shell: ShellKind;
  readonly idleTimeoutMs: number;
  readonly maxIdleTimeoutMs: number;
  readonly outputBufferingMode: 'Drop' | 'Block';
  readonly outputBufferBytes: number;
  readonly maxShells: number;
  readonly maxShellsPerUser: number;
}

/** The configuration that every example prints; it exists without a file. */
export const defaultConfigurationName = 'Microsoft.PowerShell';

/**
 * Reads the configuration of that name, letter case aside for the default one.
 *
 * @throws InvalidResourceUri,PSSessionOpenFailed when there is none; PSSessionOpenFailed when its file is wrong.
 */
export function readConfiguration(directory: string, name: string, loginShell: string): SessionConfiguration {
  const isDefault = name.toLowerCase() === defaultConfigurationName.toLowerCase();
  const properName = isDefault ? defaultConfigurationName : name;
  const path = join(directory, `${properName}.json`);
  const text = basename(path) === `${properName}.json` ? readText(path) : undefined;
  if (text === undefined && !isDefault) {
    throw createError('configurationNotFound', {
      configuration: name,
      computer: 'localhost',
      advice: `Its file would be ${path}.`,
    });
  }
  try {
    const file = v.parse(configurationFile, JSON.parse(text ?? '{}'));
    const shellPath = file.Shell ?? loginShell;
    return {
      name: properName,
      shellPath,
      shell: shellKindOf(shellPath),
      idleTimeoutMs: file.IdleTimeoutMs,
      maxIdleTimeoutMs: file.MaxIdleTimeoutMs ?? Number.MAX_SAFE_INTEGER,
      outputBufferingMode: file.OutputBufferingMode,
      outputBufferBytes: file.OutputBufferMB * 1024 * 1024,
      maxShells: file.MaxShells,
      maxShellsPerUser: file.MaxShellsPerUser,
    };
  } catch (error) {
    throw createError('sessionOpenFailed', {
      computer: 'localhost',
      reason: `the configuration file ${path} is wrong: ${(error as Error).message}`,
    });
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** @throws Error when no driver exists for that shell. */
function shellKindOf(path: string): ShellKind {
  const name = basename(path);
  const kind = shellKinds.find((known) => known === name);
  if (kind !== undefined) return kind;
  if (['dash', 'ash', 'ksh', 'busybox'].includes(name)) return 'sh';
  throw new Error(`sessions cannot run in ${path}; name bash, zsh, sh or fish as Shell`);
}
