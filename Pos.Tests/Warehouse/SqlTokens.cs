using System.Text.RegularExpressions;

namespace Pos.Tests.Warehouse;

/// <summary>SQL as words, numbers and signs, in lower case, without comments and the content of strings.</summary>
internal static partial class SqlTokens
{
    public static IReadOnlyList<string> Parse(string sql) =>
        [
            .. Token()
                .Matches(sql)
                .Where(match => !match.Groups["comment"].Success)
                .Select(match => match.Groups["string"].Success ? "'…'" : match.Value.ToLowerInvariant()),
        ];

    /// <summary>Where the words stand one behind the other.</summary>
    public static bool Has(this IReadOnlyList<string> tokens, params IReadOnlyList<string> words) =>
        Enumerable
            .Range(0, tokens.Count)
            .Any(start =>
                start + words.Count <= tokens.Count
                && words.Select((word, i) => tokens[start + i] == word).All(same => same)
            );

    [GeneratedRegex(
        @"(?<comment>--[^\n]*|/\*[\s\S]*?\*/)|(?<string>'(?:[^']|'')*')|""[^""]*""|[A-Za-z_][A-Za-z0-9_]*|\d+(?:\.\d+)?|\$\$|::|[^\s\w]"
    )]
    private static partial Regex Token();
}
