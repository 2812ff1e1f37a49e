using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace LocalCloud.Protocol;

/// <summary>
/// Reads a request's target as it was sent. The server's decoded path lacks dot segments, which are part of S3 keys and
/// of the signed request.
/// </summary>
internal static class RequestTarget
{
    /// <summary>Returns the escaped path of the request target.</summary>
    public static string Path(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target.IndexOf('?') is >= 0 and var query)
            target = target[..query];
        if (target.StartsWith('/'))
            return target;
        // Absolute form, as sent to a proxy.
        var authority = target.IndexOf("://", StringComparison.Ordinal);
        var path = authority < 0 ? -1 : target.IndexOf('/', authority + 3);
        return path < 0 ? "/" : target[path..];
    }

    /// <summary>Decodes percent escapes. Returns null if one is malformed.</summary>
    /// <param name="escaped">A part of a path or query.</param>
    /// <param name="plusIsSpace">True to decode plus signs as spaces, as in queries.</param>
    public static byte[]? Unescape(ReadOnlySpan<char> escaped, bool plusIsSpace = false)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(escaped)];
        Encoding.UTF8.GetBytes(escaped, bytes);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++, length++)
        {
            if (bytes[i] != '%')
            {
                bytes[length] = plusIsSpace && bytes[i] == '+' ? (byte)' ' : bytes[i];
                continue;
            }
            if (
                i + 2 >= bytes.Length
                || !char.IsAsciiHexDigit((char)bytes[i + 1])
                || !char.IsAsciiHexDigit((char)bytes[i + 2])
            )
                return null;
            bytes[length] = Convert.FromHexString([(char)bytes[i + 1], (char)bytes[i + 2]])[0];
            i += 2;
        }
        return bytes[..length];
    }
}
