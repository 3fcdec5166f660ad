/** The pages a file server writes itself. Their text is part of what one sees, so it is that of Python's. */

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Percent-encodes what may not stand in a path. */
function quote(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%2F', '/')
    .replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

export function unquote(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function errorPage(code: number, message: string, explanation: string): string {
  return `<!DOCTYPE HTML>
<html lang="en">
    <head>
        <meta charset="utf-8">
        <title>Error response</title>
    </head>
    <body>
        <h1>Error response</h1>
        <p>Error code: ${code}</p>
        <p>Message: ${escapeHtml(message)}.</p>
        <p>Error code explanation: ${code} - ${escapeHtml(explanation)}.</p>
    </body>
</html>
`;
}

export function directoryPage(route: string, entries: ReadonlyArray<{ shown: string; link: string }>): string {
  const title = `Directory listing for ${escapeHtml(route)}`;
  const items = entries
    .map(({ shown, link }) => `<li><a href="${quote(link)}">${escapeHtml(shown)}</a></li>\n`)
    .join('');
  return `<!DOCTYPE HTML>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
</head>
<body>
<h1>${title}</h1>
<hr>
<ul>
${items}</ul>
<hr>
</body>
</html>
`;
}
