using System.Collections.Concurrent;
using Pos.LocalCloud.Tables.Expressions.Conditions;
using Pos.LocalCloud.Tables.Expressions.Parsing;
using Pos.LocalCloud.Tables.Expressions.Projections;
using Pos.LocalCloud.Tables.Expressions.Updates;

namespace Pos.LocalCloud.Tables.Expressions;

/// <summary>Keeps parsed expressions by their text, at most 1,000 of each kind, of 4 KB each.</summary>
internal sealed class ExpressionCache
{
    private const int MaxEntries = 1000;
    private const int MaxText = 4 * 1024;

    private readonly ConcurrentDictionary<string, ConditionSyntax> _conditions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, UpdateSyntax> _updates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ProjectionSyntax> _projections = new(StringComparer.Ordinal);

    /// <exception cref="ExpressionException">The message for a text that AWS refuses.</exception>
    public ConditionSyntax Condition(string text) => Parse(_conditions, text, ConditionParser.Parse);

    /// <exception cref="ExpressionException">The message for a text that AWS refuses.</exception>
    public UpdateSyntax Update(string text) => Parse(_updates, text, UpdateParser.Parse);

    /// <exception cref="ExpressionException">The message for a text that AWS refuses.</exception>
    public ProjectionSyntax Projection(string text) => Parse(_projections, text, ProjectionParser.Parse);

    private static T Parse<T>(ConcurrentDictionary<string, T> cache, string text, Func<string, T> parse)
    {
        if (cache.TryGetValue(text, out var known))
            return known;
        if (text.Length == 0)
            throw new ExpressionException("The expression can not be empty;");
        if (System.Text.Encoding.UTF8.GetByteCount(text) is > MaxText and var size)
            throw new ExpressionException(
                $"Expression size has exceeded the maximum allowed size; expression size: {size}"
            );
        var parsed = parse(text);
        // Clients that write values into the text would fill the cache: it begins anew.
        if (cache.Count >= MaxEntries)
            cache.Clear();
        cache[text] = parsed;
        return parsed;
    }
}
