namespace Pos.Cdk.Warehouse;

/// <summary>Splits a script into statements, because the Data API runs one statement at a time.</summary>
internal static class SqlStatements
{
    /// <returns>
    /// The statements without semicolons and without comments between them. Text in <c>$$</c> or quotes is unchanged.
    /// </returns>
    public static IReadOnlyList<string> Split(string script)
    {
        var statements = new List<string>();
        var start = 0;
        for (var at = 0; at < script.Length; )
        {
            var rest = script.AsSpan(at);
            if (rest.StartsWith("--"))
                at = After(script, "\n", at);
            else if (rest.StartsWith("$$"))
                at = After(script, "$$", at + 2);
            else if (rest[0] is '\'' or '"')
                at = After(script, rest[..1].ToString(), at + 1);
            else if (rest[0] == ';')
            {
                Add(script[start..at]);
                start = ++at;
            }
            else
                at++;
        }
        Add(script[start..]);
        return statements;

        void Add(string statement)
        {
            var lines = statement
                .Trim()
                .Split('\n')
                .SkipWhile(line => line.StartsWith("--", StringComparison.Ordinal) || string.IsNullOrWhiteSpace(line));
            if (string.Join('\n', lines) is { Length: > 0 } text)
                statements.Add(text);
        }
    }

    private static int After(string script, string end, int from) =>
        script.IndexOf(end, from, StringComparison.Ordinal) is var found and >= 0 ? found + end.Length : script.Length;
}
