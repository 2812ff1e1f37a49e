using System.Text.RegularExpressions;
using LocalCloud.Protocol;

namespace LocalCloud.Streams;

/// <summary>Validates names and ids in requests and resolves ARNs.</summary>
internal static partial class StreamNames
{
    private const int MaxNameLength = 128;

    public static Constraints StreamName(this Constraints constraints, string? name) =>
        constraints.Length("streamName", name, 1, MaxNameLength).Pattern("streamName", name, NamePattern());

    public static Constraints ShardId(this Constraints constraints, string member, string? id) =>
        constraints.Length(member, id, 1, MaxNameLength).Pattern(member, id, NamePattern());

    public static Constraints HashKeyText(this Constraints constraints, string member, string? key) =>
        constraints.Check(
            key is null || HashKey.FitsPattern(key),
            key,
            member,
            @"Member must satisfy regular expression pattern: 0|([1-9]\d{0,38})"
        );

    /// <summary>Returns the name of the stream that a request names by name, ARN or both.</summary>
    /// <exception cref="AwsException">ValidationException, InvalidArgumentException</exception>
    public static string Resolve(string? name, string? arn)
    {
        new Constraints().StreamName(name).Enforce();
        if (arn is null)
            return name
                ?? throw new AwsException("InvalidArgumentException", "Either StreamName or StreamARN must be given.");
        if (ArnPattern().Match(arn) is not { Success: true } match)
            throw new AwsException(
                "ValidationException",
                $"1 validation error detected: Value '{arn}' at 'streamARN' failed to satisfy constraint: "
                    + @"Member must satisfy regular expression pattern: arn:aws.*:kinesis:.*:\d{12}:stream/\S+"
            );
        var named = match.Groups[1].Value;
        if (name is not null && name != named)
            throw new AwsException(
                "InvalidArgumentException",
                $"StreamName {name} and StreamARN {arn} name different streams."
            );
        return named;
    }

    [GeneratedRegex(@"^[a-zA-Z0-9_.-]+\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^arn:aws[^:]*:kinesis:[^:]*:\d{12}:stream/([a-zA-Z0-9_.-]{1,128})\z")]
    private static partial Regex ArnPattern();
}
