using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace LocalCloud.Protocol;

/// <summary>
/// A request's target as it was sent: the server's decoded path has its dot segments resolved, in S3 they are part of a
/// key, and signatures cover them.
/// </summary>
internal static class RequestTarget
{
    /// <summary>Path of the request target, still escaped.</summary>
    public static string Path(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target.IndexOf('?') is >= 0 and var query)
            target = target[..query];
        if (target.StartsWith('/'))
            return target;
        // Absolute form, as to a proxy.
        var authority = target.IndexOf("://", StringComparison.Ordinal);
        var path = authority < 0 ? -1 : target.IndexOf('/', authority + 3);
        return path < 0 ? "/" : target[path..];
    }

    /// <summary>Takes percent escapes off.</summary>
    /// <param name="escaped">Of a path or a query.</param>
    /// <param name="plusIsSpace">As in queries.</param>
    /// <returns>Null where a percent sign begins no escape.</returns>
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
