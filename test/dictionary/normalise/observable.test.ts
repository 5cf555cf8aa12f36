import t from 'tap';
import { normalisers } from '../../../src/dictionary/normalise/index.ts';

const { OBSERVABLE } = normalisers;

/** type (or undefined to guess), as given, normal form, readings, also */
type Taken = readonly [type: string | undefined, given: string, value: string, readings?: string, also?: Record<string, unknown>];

const taken: readonly Taken[] = [
  ['IPV4_ADDR', '77.90.185.20', '77.90.185.20'],
  ['IPV4_ADDR', '77[.]90(.)185{.}20', '77.90.185.20', 'DEFANGED'],
  ['IPV4_ADDR', '77[dot]90(DOT)185[ . ]20', '77.90.185.20', 'DEFANGED'],
  ['IPV4_ADDR', '๗๗.๙๐.๑๘๕.๒๐', '77.90.185.20', 'THAI_DIGITS'],
  ['IPV4_ADDR', '７７．９０．１８５．２０', '77.90.185.20', 'FULL_WIDTH'],
  ['IPV4_ADDR', ' "77.90.185.20"\u200b', '77.90.185.20', 'TRIMMED'],
  ['IPV4_ADDR', '77.90.185.20:8080', '77.90.185.20', 'PORT_STRIPPED', { port: 8080 }],
  ['IPV4_ADDR', 'hxxp://77[.]90[.]185[.]20:81/gate.php', '77.90.185.20', 'DEFANGED PORT_STRIPPED PATH_STRIPPED', { port: 81 }],
  ['IPV4_ADDR', '::ffff:77.90.185.20', '77.90.185.20'],
  ['IPV6_ADDR', '2A00:1450:0:0::1', '2a00:1450::1'],
  ['IPV6_ADDR', '[2a00:1450::1]:443', '2a00:1450::1', 'PORT_STRIPPED', { port: 443 }],
  ['CIDR', '77.90.185.20/24', '77.90.185.0/24', 'MASKED_TO_NETWORK'],
  ['CIDR', '77.90.185.0[/]24', '77.90.185.0/24', 'DEFANGED'],
  ['CIDR', '2a00:1450:ffff::/19', '2a00::/19', 'MASKED_TO_NETWORK'],
  ['ASN', '13335', 'AS13335'],
  ['ASN', 'asn 13335', 'AS13335'],
  ['ASN', 'AS3.10', 'AS196618'],
  ['DOMAIN', 'Login.Example.COM.', 'login.example.com', 'LOWER_CASED TRIMMED'],
  ['DOMAIN', 'squıdrouter.com', 'xn--squdrouter-zub.com', 'PUNYCODE'],
  ['DOMAIN', '𝗼𝘀𝗺𝗼𝗵𝘂𝗯.𝗰𝗼𝗺', 'osmohub.com', 'FULL_WIDTH'],
  ['DOMAIN', 'hxxps://user@evil[.]com:8443/login', 'evil.com', 'DEFANGED PATH_STRIPPED PORT_STRIPPED', { port: 8443 }],
  ['DOMAIN', 'ทดสอบ๑.ไทย', 'xn--l3cfk7dp1t.xn--o3cw4h', 'PUNYCODE'],
  ['URL', 'hxxps[:]//Evil[.]com/A?b=1', 'https://evil.com/A?b=1', 'DEFANGED LOWER_CASED'],
  ['URL', 'http://0x4d5ab914/x', 'http://77.90.185.20/x'],
  ['URL', 'evil.com/x', 'http://evil.com/x'],
  ['URL', 'http://evil.com.:80/', 'http://evil.com/', 'TRIMMED'],
  ['EMAIL', 'Mule[@]Evil(dot)com', 'Mule@evil.com', 'DEFANGED LOWER_CASED'],
  ['PHONE', '๐๘๑-๒๓๔-๕๖๗๘', '+66812345678', 'THAI_DIGITS PUNCTUATION_STRIPPED'],
  ['PHONE', '+855 12 345 678', '+85512345678', 'PUNCTUATION_STRIPPED'],
  ['PHONE', '0066812345678', '+66812345678'],
  ['IMEI', '49-015420-323751-8', '490154203237518', 'PUNCTUATION_STRIPPED'],
  ['IMSI', '520051234567890', '520051234567890'],
  ['CRYPTO_ADDRESS', '0x03893a7c7463ae47d46bc7f091665f1893656003', '0x03893a7c7463AE47D46bc7f091665f1893656003', 'CHECKSUM_CASED'],
  ['CRYPTO_ADDRESS', 'bitcoin:BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', 'TRIMMED LOWER_CASED'],
  ['CRYPTO_ADDRESS', 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t'],
  ['CRYPTO_ADDRESS', 'EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs', 'EQCxE6mUtQJKFnGfaROTKOt1lZbDiiX1kCixRv7Nw2Id_sDs'],
  ['SOCIAL_ACCOUNT', 'Telegram:@SomeBody', 'telegram:somebody', 'LOWER_CASED'],
  ['SOCIAL_ACCOUNT', 'https://t.me/SomeBody', 'telegram:somebody', 'PATH_STRIPPED LOWER_CASED'],
  ['SOCIAL_ACCOUNT', 'wa.me/66812345678', 'whatsapp:+66812345678', 'PATH_STRIPPED'],
  ['FILE_HASH', 'SHA256: 9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 'LOWER_CASED TRIMMED'],
  ['APP', 'https://play.google.com/store/apps/details?id=com.Example.app&hl=th', 'com.Example.app', 'PATH_STRIPPED'],
  ['CELL_ID', '520/05/01234/056789', '520-05-1234-56789', 'PUNCTUATION_STRIPPED'],
  ['SATELLITE_TERMINAL', 'kit 00123456', 'KIT00123456', 'PUNCTUATION_STRIPPED'],
  [undefined, '77.90.185.20/32', '77.90.185.20', '', { type: 'IPV4_ADDR' }],
  [undefined, '77.90.185.0/25', '77.90.185.0/25', '', { type: 'CIDR' }],
  [undefined, '77[.]90[.]185[.]20:443', '77.90.185.20', 'DEFANGED PORT_STRIPPED', { type: 'IPV4_ADDR', port: 443 }],
  [undefined, 'evil.com', 'evil.com', '', { type: 'DOMAIN' }],
  [undefined, 'com.example.wallet', 'com.example.wallet', '', { type: 'APP' }],
  [undefined, 'AS13335', 'AS13335', '', { type: 'ASN' }],
  [undefined, '+66 81 234 5678', '+66812345678', 'PUNCTUATION_STRIPPED', { type: 'PHONE' }],
  [undefined, '490154203237518', '490154203237518', '', { type: 'IMEI' }],
  [undefined, '520051234567890', '520051234567890', '', { type: 'IMSI' }],
  [undefined, 'line: @abc', 'line:@abc', '', { type: 'SOCIAL_ACCOUNT' }],
  [undefined, '12HQDsicffSBaYdJ6BhnE22sfjTESmmzKx', '12HQDsicffSBaYdJ6BhnE22sfjTESmmzKx', '', { type: 'CRYPTO_ADDRESS' }],
];

t.test('what is read, and how', (t) => {
  for (const [type, given, value, readings = '', also] of taken) {
    const read = OBSERVABLE(given, type);
    t.match(read, { ok: true, value }, `${type ?? 'guessed'} ${given}`);
    if (read.ok) t.same(read.readings.join(' '), readings, `readings of ${given}`);
    if (read.ok && also !== undefined) t.same(read.also, also, `also of ${given}`);
  }
  t.end();
});

/** type, as given, what the message says */
const refused: readonly (readonly [string | undefined, string, RegExp])[] = [
  ['IPV4_ADDR', '10.1.2.3', /private \(RFC 1918\).*nobody across borders/],
  ['IPV4_ADDR', '127.0.0.1', /loopback/],
  ['IPV4_ADDR', '169.254.1.1', /link-local/],
  ['IPV4_ADDR', '100.64.0.1', /carrier-grade NAT/],
  ['IPV4_ADDR', '203.0.113.7', /documentation/],
  ['IPV4_ADDR', '224.0.0.1', /multicast/],
  ['IPV4_ADDR', '255.255.255.255', /reserved/],
  ['IPV4_ADDR', '77.090.185.20', /leading zeros/],
  ['IPV4_ADDR', '77.90.185.256', /above 255/],
  ['IPV4_ADDR', '77.90.185.0/24', /type as CIDR/],
  ['IPV4_ADDR', '2a00:1450::1', /IPV6_ADDR/],
  ['IPV6_ADDR', 'fe80::1', /link-local/],
  ['IPV6_ADDR', '2001:db8::1', /documentation/],
  ['IPV6_ADDR', '::ffff:77.90.185.20', /IPV4_ADDR/],
  ['CIDR', '77.0.0.0/7', /too wide/],
  ['CIDR', '2a00::/18', /too wide/],
  ['CIDR', '192.168.7.0/24', /private/],
  ['CIDR', '77.90.185.0/33', /between 0 and 32/],
  ['ASN', 'AS64512', /private use/],
  ['DOMAIN', 'localhost', /single word/],
  ['DOMAIN', 'printer.local', /inside somebody's network/],
  ['DOMAIN', '*.evil.com', /wildcard/],
  ['DOMAIN', '77.90.185.20', /IPV4_ADDR/],
  ['DOMAIN', 'a@evil.com', /EMAIL/],
  ['DOMAIN', `${'a'.repeat(64)}.com`, /63/],
  ['URL', 'http://192.168.1.1/admin', /private/],
  ['URL', 'javascript:alert(1)', /no URL/],
  ['URL', 'gopher://evil.com/', /scheme/],
  ['EMAIL', 'nobody', /name@domain/],
  ['PHONE', '1441', /country code/],
  ['PHONE', '+66 1', /telephone number|numbering plan/],
  ['IMEI', '490154203237517', /check digit/],
  ['IMEI', '49015420323751', /check digit would be 8/],
  ['IMSI', '12345', /14 or 15 digits/],
  ['CRYPTO_ADDRESS', '0x03893A7c7463AE47D46bc7f091665f1893656003', /EIP-55/],
  ['CRYPTO_ADDRESS', '12HQDsicffSBaYdJ6BhnE22sfjTESmmzKy', /checksum/],
  ['SOCIAL_ACCOUNT', '@somebody', /platform:handle/],
  ['FILE_HASH', 'abc', /32, 40, 64 or 128/],
  ['FILE_HASH', 'd41d8cd98f00b204e9800998ecf8427e', /empty file/],
  ['CELL_ID', '520-05', /mcc-mnc-area-cell/],
  ['NOTHING', 'x', /type is not known/],
  ['constructor', 'x', /type is not known/],
  ['DOMAIN', 'a\0b.com', /control character/],
  ['DOMAIN', 'a\ud800b.com', /surrogate/],
  ['DOMAIN', 'a'.repeat(1_000_000), /longer than/],
  ['DOMAIN', `${'['.repeat(100)}.${']'.repeat(100)}`, /no domain name|nested|control/],
  [undefined, '10.0.0.1', /private/],
  [undefined, 'hello', /type/],
  [undefined, '', /empty/],
];

t.test('what is refused, and what would be right', (t) => {
  for (const [type, given, says] of refused) {
    const read = OBSERVABLE(given, type);
    t.equal(read.ok, false, `${type ?? 'guessed'} ${given.slice(0, 40)}`);
    if (!read.ok) t.match(read.message, says, `message for ${given.slice(0, 40)}`);
  }
  for (const value of [null, true, 1.5, [], {}]) t.equal(OBSERVABLE(value, 'DOMAIN').ok, false);
  t.end();
});
