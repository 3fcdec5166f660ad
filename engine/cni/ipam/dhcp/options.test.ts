/** Options: the table of RFC 3442 (page 4), what they make of a result, and what a configuration makes of them. */
import { describe, expect, it } from 'vitest';
import { CniError } from '../../spec';
import { parseDhcp } from './config';
import { type Options, optionCodes } from './message';
import { resultOf } from './options';

const options = (entries: Array<[number, number[]]>): Options =>
  new Map(entries.map(([code, bytes]) => [code, Uint8Array.from(bytes)]));
const router = [10, 0, 0, 1];
const mask: [number, number[]] = [optionCodes.subnetMask, [255, 255, 240, 0]];

describe('routes', () => {
  it.each([
    [[0], '0.0.0.0/0'],
    [[8, 10], '10.0.0.0/8'],
    [[24, 10, 0, 0], '10.0.0.0/24'],
    [[16, 10, 17], '10.17.0.0/16'],
    [[24, 10, 27, 129], '10.27.129.0/24'],
    [[25, 10, 229, 0, 128], '10.229.0.128/25'],
    [[32, 10, 198, 122, 47], '10.198.122.47/32'],
  ])('%j leads to %s', (descriptor, dst) => {
    const { routes } = resultOf('10.0.0.9', options([mask, [121, [...descriptor, ...router]]]));
    expect(routes).toEqual([{ dst, gw: '10.0.0.1' }]);
  });

  it('without classes take the place of the router and of those with classes', () => {
    const all = options([mask, [3, router], [33, [10, 9, 0, 0, ...router]], [121, [16, 10, 17, ...router]]]);
    expect(resultOf('10.0.0.9', all)).toMatchObject({
      ips: [{ address: '10.0.0.9/20', gateway: '10.0.0.1' }],
      routes: [{ dst: '10.17.0.0/16', gw: '10.0.0.1' }],
    });
  });

  it('with classes come beside the router', () => {
    const all = options([mask, [3, router], [33, [10, 0, 0, 0, ...router, 192, 168, 7, 0, ...router]]]);
    expect(resultOf('10.0.0.9', all).routes).toEqual([
      { dst: '10.0.0.0/8', gw: '10.0.0.1' },
      { dst: '192.168.7.0/24', gw: '10.0.0.1' },
      { dst: '0.0.0.0/0', gw: '10.0.0.1' },
    ]);
  });

  it('that are cut off end the list', () => {
    const cut = options([mask, [121, [8, 10, ...router, 16, 10]]]);
    expect(resultOf('10.0.0.9', cut).routes).toEqual([{ dst: '10.0.0.0/8', gw: '10.0.0.1' }]);
  });
});

describe('a configuration', () => {
  const parse = (ipam: object, args = '') => parseDhcp({ ipam: { type: 'dhcp', ...ipam } }, args, 'c/net/eth0').options;

  it('asks for options beside the usual ones, or instead of them', () => {
    const more = parse({ request: [{ option: '42' }] }).get(optionCodes.parameterRequestList);
    expect([...(more ?? [])]).toEqual([1, 3, 6, 15, 33, 121, 42]);
    const only = parse({ request: [{ skipDefault: true }, { option: 'routers' }] });
    expect([...(only.get(optionCodes.parameterRequestList) ?? [])]).toEqual([3]);
  });

  it('provides options, of its own and of CNI_ARGS', () => {
    const provide = [
      { option: 'host-name', value: 'unnamed', fromArg: 'K8S_POD_NAME' },
      { option: 'vendor-class-identifier', value: 'lab' },
    ];
    const text = (given: Options, code: number) => new TextDecoder().decode(given.get(code));
    expect(text(parse({ provide }, 'K8S_POD_NAME=web'), 12)).toBe('web');
    expect(text(parse({ provide }), 12)).toBe('unnamed');
    expect(text(parse({ provide }), 60)).toBe('lab');
  });

  it('is refused with an option nobody knows', () => {
    expect(() => parse({ request: [{ option: 'colour' }] })).toThrow(CniError);
    expect(() => parse({ provide: [{ option: '255', value: 'x' }] })).toThrow('unknown DHCP option "255"');
  });
});
