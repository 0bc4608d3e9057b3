import { describe, expect, it } from 'vitest';
import { nearest } from '../../../src/powershell/did-you-mean.ts';

const candidates = ['ComputerName', 'ConfigurationName', 'Name', 'IdleTimeoutSec'];

describe('did-you-mean', () => {
  it.each([
    ['ComputrName', 'ComputerName'],
    ['Computr', 'ComputerName'],
    ['nmae', 'Name'],
    ['idle-timeout-sex', 'IdleTimeoutSec'],
    ['x', undefined],
    ['Frobnicate', undefined],
    ['', undefined],
  ])('finds for %j', (word, expected) => {
    expect(nearest(word, candidates)).toBe(expected);
  });
});
