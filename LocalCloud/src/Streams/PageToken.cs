using System.Buffers.Text;
using System.Text;
using LocalCloud.Protocol;

namespace LocalCloud.Streams;

/// <summary>Encodes a NextToken: the position of the next page, opaque to the caller.</summary>
internal static class PageToken
{
    private const string Prefix = "page1\n";

    public static string Encode(string content) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Prefix + content));

    /// <exception cref="AwsException">InvalidArgumentException</exception>
    public static string Decode(string token)
    {
        if (
            Base64Url.IsValid(token)
            && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)) is var text
            && text.StartsWith(Prefix, StringComparison.Ordinal)
        )
            return text[Prefix.Length..];
        throw new AwsException("InvalidArgumentException", "Invalid NextToken.");
    }
}
