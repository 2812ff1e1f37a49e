using System.Collections.Concurrent;
using System.Text;
using LocalCloud.Tables.Expressions.Conditions;
using LocalCloud.Tables.Expressions.Parsing;
using LocalCloud.Tables.Expressions.Projections;
using LocalCloud.Tables.Expressions.Updates;

namespace LocalCloud.Tables.Expressions;

/// <summary>Caches parsed expressions by their text.</summary>
internal sealed class ExpressionCache
{
    private readonly ParsedExpressions<ConditionSyntax> _conditions = new(ConditionParser.Parse);
    private readonly ParsedExpressions<UpdateSyntax> _updates = new(UpdateParser.Parse);
    private readonly ParsedExpressions<ProjectionSyntax> _projections = new(ProjectionParser.Parse);

    /// <exception cref="ExpressionException">The message for a text that AWS refuses.</exception>
    public ConditionSyntax Condition(string text) => _conditions.Parse(text);

    /// <exception cref="ExpressionException">The message for a text that AWS refuses.</exception>
    public UpdateSyntax Update(string text) => _updates.Parse(text);

    /// <exception cref="ExpressionException">The message for a text that AWS refuses.</exception>
    public ProjectionSyntax Projection(string text) => _projections.Parse(text);

    private sealed class ParsedExpressions<T>(Func<string, T> parse)
    {
        private const int MaxText = 4 * 1024;

        // A parsed expression needs about twenty times the memory of its text: a few megabytes in all.
        private const int MaxCharacters = 256 * 1024;

        private readonly ConcurrentDictionary<string, T> _parsed = new(StringComparer.Ordinal);
        private int _characters;

        public T Parse(string text)
        {
            if (_parsed.TryGetValue(text, out var known))
                return known;
            if (text.Length == 0)
                throw new ExpressionException("The expression can not be empty;");
            if (Encoding.UTF8.GetByteCount(text) is > MaxText and var size)
                throw new ExpressionException(
                    $"Expression size has exceeded the maximum allowed size; expression size: {size}"
                );
            var parsed = parse(text);
            // Clear a full cache: some clients write values or varying names into the text.
            if (Interlocked.Add(ref _characters, text.Length) > MaxCharacters)
            {
                Volatile.Write(ref _characters, text.Length);
                _parsed.Clear();
            }
            _parsed[text] = parsed;
            return parsed;
        }
    }
}
