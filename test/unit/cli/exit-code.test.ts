import { describe, expect, it } from 'vitest';
import { exitCodeFor, waitExpiredId, type Outcome } from '../../../src/cli/exit-code.ts';
import { errorTable } from '../../../src/powershell/error-ids.ts';

const fine: Outcome = { relaysCommand: false, statuses: [], errorIds: [], isUsageError: false, isInterrupted: false };

describe('exit-code', () => {
  it.each<[string, Partial<Outcome>, number]>([
    ['nothing was wrong', {}, 0],
    ['an error record was written', { errorIds: ['PSSessionConnectFailed'] }, 1],
    ['the words did not bind', { isUsageError: true, errorIds: ['MissingArgument'] }, 2],
    ['Ctrl-C ended it', { isInterrupted: true, errorIds: ['PipelineStopped'] }, 130],
    ['a wait was over', { errorIds: [waitExpiredId] }, 124],
    ['a wait was over and something else went wrong', { errorIds: [waitExpiredId, 'PSSessionConnectFailed'] }, 1],
    ['a command ended well', { relaysCommand: true, statuses: [0] }, 0],
    ['a command failed', { relaysCommand: true, statuses: [3] }, 3],
    ['one of several commands failed', { relaysCommand: true, statuses: [0, 7, 2] }, 7],
    ['a command died of SIGTERM', { relaysCommand: true, statuses: [143] }, 143],
    ['nobody knows how a command ended', { relaysCommand: true, statuses: [0, null] }, 255],
    ['the relay itself failed', { relaysCommand: true, statuses: [0], errorIds: ['PSSessionStateBroken'] }, 255],
    ['a receiver waited in vain', { relaysCommand: true, errorIds: [waitExpiredId] }, 124],
    ['a command was started and left', { relaysCommand: true }, 0],
  ])('when %s', (_title, outcome, code) => {
    expect(exitCodeFor({ ...fine, ...outcome })).toBe(code);
  });

  it('knows the id of the error table', () => {
    expect(errorTable.waitExpired.id).toBe(waitExpiredId);
  });
});
