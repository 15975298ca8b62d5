/** Where people reach a server: the base of the links that it gives them. */

/** The link that answers an approval; `base` may have a path. */
export const linkTo = (base: string, token: string): string =>
  `${base.replace(/\/+$/, '')}/approvals/${token}`;

/** Says what is wrong with a base of links, or null. */
export function publicUrlFault(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    return 'must be an http or https URL, such as https://troupe.example.com';
  if (url.username !== '' || url.password !== '') return 'must hold no user and no password';
  if (/[?#\s]/.test(text)) return 'must end with the host, the port or a path: no ?, # or space';
  return null;
}
