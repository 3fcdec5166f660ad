import { describe, expect, test } from 'vitest';
import { startOptions, testOptions } from './options.mjs';

describe('npm start', () => {
  test('the port comes from the option, else from PORT, else it is 3000', () => {
    expect(startOptions(['--port', '4000'], { PORT: '5000' })).toMatchObject({ port: '4000', dev: false });
    expect(startOptions([], { PORT: '5000' })).toMatchObject({ port: '5000' });
    expect(startOptions([], {})).toMatchObject({ port: '3000' });
  });

  test.each([[['--port', 'abc']], [['--port', '70000']], [['--prot', '3000']], [['extra']]])('refuses %j', (args) => {
    expect(startOptions(args, {})).toHaveProperty('wrong');
  });
});

describe('npm test', () => {
  const names = ['check', 'vitest', 'e2e'];

  test('runs every stage by default, or those named', () => {
    expect(testOptions([], names)).toEqual({ only: names, rest: [] });
    expect(testOptions(['--only', 'check,e2e'], names)).toEqual({ only: ['check', 'e2e'], rest: [] });
    expect(testOptions(['--only=check', '--only=e2e'], names)).toEqual({ only: ['check', 'e2e'], rest: [] });
  });

  test('hands the rest to the one stage it is for', () => {
    expect(testOptions(['--only', 'vitest', 'engine/state', '-t', 'x'], names)).toEqual({
      only: ['vitest'],
      rest: ['engine/state', '-t', 'x'],
    });
    expect(testOptions(['--only', 'vitest', '--', '--bail=1'], names)).toEqual({
      only: ['vitest'],
      rest: ['--bail=1'],
    });
    expect(testOptions(['engine/state'], names)).toHaveProperty('wrong');
  });

  test.each([[['--only', 'vitests']], [['--only']], [['--fast']]])('refuses %j', (args) => {
    expect(testOptions(args, names)).toHaveProperty('wrong');
  });
});
