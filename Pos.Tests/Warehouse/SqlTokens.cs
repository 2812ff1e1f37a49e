using System.Text.RegularExpressions;

namespace Pos.Tests.Warehouse;

/// <summary>Splits SQL into lower-case words, numbers and signs, without comments and the content of strings.</summary>
internal static partial class SqlTokens
{
    public static IReadOnlyList<string> Parse(string sql) =>
        [
            .. Token()
                .Matches(sql)
                .Where(match => !match.Groups["comment"].Success)
                .Select(match => match.Groups["string"].Success ? "'…'" : match.Value.ToLowerInvariant()),
        ];

    /// <summary>True if the tokens contain the words in sequence.</summary>
    public static bool Has(this IReadOnlyList<string> tokens, params IReadOnlyList<string> words) =>
        Enumerable
            .Range(0, tokens.Count)
            .Any(start =>
                start + words.Count <= tokens.Count
                && words.Select((word, i) => tokens[start + i] == word).All(same => same)
            );

    [GeneratedRegex(
        @"(?<comment>--[^\n]*|/\*[\s\S]*?\*/)|"
            + @"(?<string>'(?:[^']|'')*')|""[^""]*""|[A-Za-z_][A-Za-z0-9_]*|\d+(?:\.\d+)?|\$\$|::|[^\s\w]"
    )]
    private static partial Regex Token();
}
