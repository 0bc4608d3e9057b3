import { describe, expect, it } from 'vitest';
import { createError, errorTable, formatMessage, type ErrorName } from '../../../src/powershell/error-ids.ts';
import {
  errorCategories,
  fullyQualifiedErrorId,
  PSSessionError,
  toErrorRecord,
} from '../../../src/powershell/error-record.ts';

describe('error-record', () => {
  it('says what the document says when an idle timeout is out of range, word for word', () => {
    const error = createError('idleTimeoutOutOfRange', {
      name: 'ITTask',
      wanted: 172_800,
      maximum: 43_200,
      minimum: 60,
    });
    // seeds/000, example 4, with the line breaks of the page taken out.
    expect(error.message).toBe(
      'The session ITTask cannot be disconnected because the specified idle timeout value 172800(seconds) is either ' +
        'greater than the server maximum allowed 43200 (seconds) or less that the minimum allowed60(seconds).  ' +
        'Choose an idle time out value that is within the allowed range and try again.',
    );
    expect([error.id, error.category]).toEqual(['CannotDisconnectSessionWithInvalidIdleTimeout', 'InvalidArgument']);
  });

  it('survives JSON and becomes the same error again', () => {
    const target = { name: 'build', type: 'PSSession' };
    const record = toErrorRecord(
      createError('sessionNotOpened', { name: 'build', state: 'Broken' }, { target }),
      'Disconnect-PSSession',
    );
    const copy = JSON.parse(JSON.stringify(record)) as typeof record;
    expect(copy).toEqual(record);
    expect(toErrorRecord(PSSessionError.fromRecord(copy), 'Get-PSSession')).toEqual(record);
  });

  it('names the cmdlet in the fully qualified id', () => {
    const record = toErrorRecord(createError('sessionIdNotAvailable', { id: 7 }), 'Get-PSSession');
    expect(fullyQualifiedErrorId(record)).toBe(
      'RemoteRunspaceNotAvailableForSpecifiedSessionId,Microsoft.PowerShell.Commands.GetPSSessionCommand',
    );
  });

  it('keeps the cause on its own side', () => {
    const error = createError('sessionIdNotAvailable', { id: 7 }, { cause: new Error('secret') });
    expect(error.cause).toBeInstanceOf(Error);
    expect(JSON.stringify(toErrorRecord(error))).not.toContain('secret');
  });

  it('answers a bug as InternalError and an abort as PipelineStopped', () => {
    expect(toErrorRecord(new TypeError('x'))).toMatchObject({ errorId: 'InternalError', exceptionType: 'TypeError' });
    expect(toErrorRecord('x')).toMatchObject({ errorId: 'InternalError', category: 'NotSpecified' });
    expect(toErrorRecord(AbortSignal.abort().reason)).toMatchObject({ errorId: 'PipelineStopped' });
  });

  it('fills placeholders once: a value that looks like a placeholder stays what it is', () => {
    expect(formatMessage('{a} {b} {c}', { a: '{b}', b: 1 })).toBe('{b} 1 {c}');
  });

  it.each(Object.keys(errorTable) as ErrorName[])(
    'has an entry %s with an id, a known category and a sentence',
    (name) => {
      const { id, category, message } = errorTable[name];
      expect(id).toMatch(/^[\w.,]+$/u);
      expect(errorCategories).toContain(category);
      expect(message).toMatch(/[.}]$/u);
    },
  );
});
