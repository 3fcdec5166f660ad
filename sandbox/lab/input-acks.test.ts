import { beforeEach, expect, test } from 'vitest';
import { TestClock } from '../testing/clock';
import { InputAcks } from './input-acks';

let clock: TestClock;
let told: Array<[client: string, offset: number]>;
let acks: InputAcks;
beforeEach(() => {
  clock = new TestClock();
  told = [];
  acks = new InputAcks(clock, (client, offset) => told.push([client, offset]));
});

test('keys typed shortly after one another are acknowledged together, after their echo', () => {
  acks.taken('page', 1);
  acks.taken('page', 2);
  acks.taken('other', 7);
  expect(told).toEqual([]);
  clock.advance(20);
  expect(told).toEqual([
    ['page', 2],
    ['other', 7],
  ]);
  clock.advance(1000);
  expect(told).toHaveLength(2);
});

test('a paste is acknowledged as it goes', () => {
  acks.taken('page', 1);
  clock.advance(20);
  acks.taken('page', 1 + 32 * 1024);
  expect(told.at(-1)).toEqual(['page', 1 + 32 * 1024]);
});

test('a page that sends old bytes again is told again', () => {
  acks.taken('page', 5);
  clock.advance(20);
  acks.taken('page', 5);
  clock.advance(20);
  expect(told).toEqual([
    ['page', 5],
    ['page', 5],
  ]);
});

test('nothing is told to a page that left', () => {
  acks.taken('page', 5);
  acks.forget('page');
  clock.advance(20);
  expect(told).toEqual([]);
});
