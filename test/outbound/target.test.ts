import { isIPv4 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTargetPolicy } from '../../src/outbound/target.ts';
import { FORBIDDEN_ADDRESSES, PUBLIC_ADDRESSES } from './addresses.ts';
import { spellings } from './spellings.ts';

const strict = createTargetPolicy([]);
const bracketed = (address: string) => (address.includes(':') ? `[${address}]` : address);

describe('a webhook target, by default', () => {
  it.each(FORBIDDEN_ADDRESSES)('is not %s, on any port or scheme', (address) => {
    for (const url of [`http://${bracketed(address)}/`, `https://${bracketed(address)}:8443/x?y#z`]) {
      expect(strict.checkUrl(url)).toContain('TROUPE_WEBHOOK_ALLOW');
    }
  });

  it.each([
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7F.0.0.1/',
    'http://017700000001/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://127.0.1/',
    'http://127.0.0.1./',
    'http://0/',
    'http://0x0/',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://0251.0376.0251.0376/',
    'http://169.254.43518/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[0000:0000:0000:0000:0000:0000:0000:0001]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::FFFF:7F00:1]/',
    'http://[::127.0.0.1]/',
    'http://①②⑦.0.0.1/',
    'http://127。0。0。1/',
    'http://%31%32%37.0.0.1/',
    'http:127.0.0.1/',
    'http:\\\\127.0.0.1\\',
    ' http://127.0.0.1/',
    'http://127.0.\t0.1/',
    'http://0x7f.1/',
    'http://0177.0x0.0.0x1/',
    'http://00000177.0.0.1/',
    'http://127.0.0.1.:80/',
    'http://１２７．０．０．１/',
    'http://𝟏𝟐𝟕.𝟎.𝟎.𝟏/',
    'http://127。1/',
    'http://127\u00ad.0.0.1/',
    'http://[::]/',
    'http://[::ffff:0:127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[::ffff:169.254.169.254]/',
    'http:///127.0.0.1/',
    'https:/127.0.0.1/',
  ])('is not a local address spelled %j', (url) => {
    expect(strict.checkUrl(url)).toContain('TROUPE_WEBHOOK_ALLOW');
  });

  it.each(PUBLIC_ADDRESSES)('may be %s', (address) => {
    expect(strict.checkUrl(`https://${bracketed(address)}/`)).toBeNull();
  });

  it.each([
    'https://example.com/hooks',
    'http://example.com:8080/?a=b',
    'https://bücher.example/',
    'http://db/',
  ])('may be any name, %s: its addresses are checked on connecting', (url) => {
    expect(strict.checkUrl(url)).toBeNull();
  });

  it.each([
    ['ftp://example.com/', 'ftp'],
    ['file:///etc/passwd', 'file'],
    ['javascript:alert(1)', 'javascript'],
    ['https://user:hunter2@example.com/', 'credentials'],
    ['https://user@example.com/', 'credentials'],
    ['https://:hunter2@example.com/', 'credentials'],
    ['/relative', 'not a URL'],
    ['', 'not a URL'],
    ['http://', 'not a URL'],
    ['http://256.0.0.1/', 'not a URL'],
    ['http://example.com:99999/', 'not a URL'],
    ['http://[fe80::1%25eth0]/', 'not a URL'],
    ['http://[fe80::1%eth0]/', 'not a URL'],
  ])('is not %j: the fault says %j', (url, word) => {
    const fault = strict.checkUrl(url);
    expect(fault).toContain(word);
    expect(fault).not.toContain('hunter2');
  });

  it.each(FORBIDDEN_ADDRESSES.filter((address) => isIPv4(address)))(
    'is not %s in any spelling',
    (address) => {
      const reached = spellings(address).filter((host) => {
        const fault = strict.checkUrl(`http://${host}/`);
        return !fault?.includes('TROUPE_WEBHOOK_ALLOW');
      });
      expect(reached).toEqual([]);
    },
  );

  it.each([
    '[fe80::1%25eth0]',
    '[::1%lo]',
    '[::1%25lo]',
    '[::127.1]',
    '[::ffff:0x7f.1]',
    '127.0.0.1%00',
    '0x100000000',
    '4294967296',
    '127.0.0.0.1',
    '127.0.0.256',
    'example.com%40127.0.0.1',
    'example.com%2f@127.0.0.1',
  ])('is no URL with the host %s, which some clients make a local address of', (host) => {
    expect(strict.checkUrl(`http://${host}/`)).toMatch(/not a URL|credentials/);
  });

  it.each(['127.0.0.1@example.com', 'example.com@127.0.0.1', 'example.com:80@127.0.0.1', '@127.0.0.1'])(
    'is not told apart by a reader: %s',
    (host) => {
      expect(strict.checkUrl(`http://${host}/`)).toMatch(/credentials|TROUPE_WEBHOOK_ALLOW/);
    },
  );

  it('is judged the same however an IPv4 address is spelled', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (value) => {
        const bytes = [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
        const [high, low] = [value >>> 16, value & 0xffff].map((half) => half.toString(16));
        const verdicts = [
          bytes.join('.'),
          `${value}`,
          `0x${value.toString(16)}`,
          `0${value.toString(8)}`,
          bytes.map((byte) => `0${byte.toString(8)}`).join('.'),
          `[::ffff:${high}:${low}]`,
          `[64:ff9b::${high}:${low}]`,
        ].map((host) => strict.checkUrl(`http://${host}/`) === null);
        expect(new Set(verdicts).size).toBe(1);
      }),
    );
  });
});

describe('an address that a name resolved to', () => {
  it.each([...FORBIDDEN_ADDRESSES, 'fe80::1%eth0', 'not-an-address', ''])('%j is refused', (address) => {
    const fault = strict.checkAddress('hooks.example', 443, address);
    expect(fault).toContain('hooks.example');
    expect(fault).toContain(address);
    expect(fault).toContain('TROUPE_WEBHOOK_ALLOW');
  });

  it.each(PUBLIC_ADDRESSES)('%s is fine', (address) => {
    expect(strict.checkAddress('hooks.example', 443, address)).toBeNull();
  });
});

describe('the allow-list', () => {
  it.each([
    ['127.0.0.0/8', 'http://127.9.9.9:8080/'],
    ['127.0.0.0/8', 'http://[::ffff:127.0.0.1]/'],
    ['10.1.2.3', 'https://10.1.2.3/'],
    ['10.1.2.3:8443', 'https://10.1.2.3:8443/'],
    ['10.1.2.3:443', 'https://10.1.2.3/'],
    ['10.1.2.3:80', 'http://10.1.2.3/'],
    ['::1', 'http://[::1]:3000/'],
    ['[::1]', 'http://[::1]:3000/'],
    ['[::1]:3000', 'http://[::1]:3000/'],
    ['fd00::/8', 'http://[fd12::1]/'],
    [' 192.168.0.0/16 ', 'http://192.168.7.7/'],
    ['2130706433', 'http://127.0.0.1/'],
  ])('%j lets %s through', (entry, url) => {
    expect(createTargetPolicy([entry]).checkUrl(url)).toBeNull();
  });

  it.each([
    ['127.0.0.1', 'http://127.0.0.2/'],
    ['10.1.2.3:8443', 'https://10.1.2.3/'],
    ['10.0.0.0/8', 'http://11.0.0.1.:80/', true],
    ['10.0.0.0/8', 'http://192.168.0.1/'],
    ['[::1]:3000', 'http://[::1]:3001/'],
    ['localhost', 'http://127.0.0.1/'],
  ])('%j does not widen to others (%s)', (entry, url, isPublic = false) => {
    expect(createTargetPolicy([entry]).checkUrl(url) === null).toBe(isPublic);
  });

  it('lets an allowed name resolve to anything, however it is spelled', () => {
    const policy = createTargetPolicy(['Hooks.Internal', 'büro.example', 'api.internal:8080']);
    expect(policy.checkAddress('hooks.internal', 80, '10.0.0.1')).toBeNull();
    expect(policy.checkAddress('hooks.internal.', 443, '::1')).toBeNull();
    expect(policy.checkAddress('xn--bro-hoa.example', 80, '10.0.0.1')).toBeNull();
    expect(policy.checkAddress('api.internal', 8080, '10.0.0.1')).toBeNull();
    expect(policy.checkAddress('api.internal', 80, '10.0.0.1')).not.toBeNull();
    expect(policy.checkAddress('evil.hooks.internal', 80, '10.0.0.1')).not.toBeNull();
    expect(policy.checkAddress('hooks.internal.evil', 80, '10.0.0.1')).not.toBeNull();
  });

  it.each([
    '',
    ' ',
    '*',
    '*.internal',
    'http://hooks.internal',
    'hooks.internal/path',
    'user@hooks.internal',
    'hooks.internal?x',
    'hooks.internal#x',
    'hooks internal',
    'hooks.internal:0',
    'hooks.internal:65536',
    'hooks.internal:http',
    ':8080',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10/8',
    '10.0.0.0/8:80',
    'fd00::/129',
    '300.0.0.1',
    '[::1',
  ])('refuses %j when it is read, and says so', (entry) => {
    expect(() => createTargetPolicy([entry])).toThrow(
      expect.objectContaining({
        code: 'INVALID_WEBHOOK_ALLOW',
        message: expect.stringContaining(`"${entry.trim()}"`),
      }),
    );
  });
});
