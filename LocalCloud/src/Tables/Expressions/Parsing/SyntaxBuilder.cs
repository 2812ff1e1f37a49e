using System.Globalization;
using System.Text;

namespace LocalCloud.Tables.Expressions.Parsing;

/// <summary>The common part of the parsers: paths, values, and errors that are reported after parsing.</summary>
internal abstract class SyntaxBuilder(TokenList tokens)
{
    private const int MaxOperators = 300;

    // A deeper expression has redundant parentheses or too many operators.
    private const int MaxDepth = 2 * MaxOperators;
    private readonly List<PathSyntax> _paths = [];
    private readonly List<byte[]> _values = [];
    private readonly Dictionary<string, int> _valueIndexes = new(StringComparer.Ordinal);
    private int _operators;
    private int _depth;

    protected TokenList Tokens { get; } = tokens;

    protected string? ReservedWord { get; private set; }

    protected PathSyntax[] Paths => [.. _paths];

    protected byte[][] Values => [.. _values];

    protected abstract bool IsKeyword(Token token);

    /// <summary>Counts an operator or a function.</summary>
    protected void CountOperator()
    {
        if (++_operators > MaxOperators)
            throw new ExpressionException(
                "The expression contains too many operators; the maximum number of operators and "
                    + $"functions is {MaxOperators}"
            );
    }

    /// <summary>Parses the content of parentheses; the current token is the opening one.</summary>
    protected T ParseInParentheses<T>(Func<T> parse)
    {
        if (++_depth > MaxDepth)
            throw Tokens.SyntaxError();
        Tokens.Expect("(");
        var parsed = parse();
        Tokens.Expect(")");
        _depth--;
        return parsed;
    }

    protected int ParseValue()
    {
        if (Tokens.Current.Kind is not TokenKind.ValueAlias)
            throw Tokens.SyntaxError();
        var alias = Tokens.Take().Text;
        if (!_valueIndexes.TryGetValue(alias, out var index))
        {
            index = _values.Count;
            _valueIndexes.Add(alias, index);
            _values.Add(Encoding.UTF8.GetBytes(alias));
        }
        return index;
    }

    /// <summary>Parses a path and returns its index.</summary>
    protected int ParsePath()
    {
        var parts = new List<PathPart> { ParseName() };
        while (true)
        {
            if (Tokens.TryTake("."))
            {
                parts.Add(ParseName());
            }
            else if (Tokens.TryTake("["))
            {
                if (
                    Tokens.Current.Kind is not TokenKind.Number
                    || !int.TryParse(Tokens.Current.Text, CultureInfo.InvariantCulture, out var index)
                )
                    throw Tokens.SyntaxError();
                Tokens.Take();
                Tokens.Expect("]");
                parts.Add(new(null, false, index));
            }
            else
            {
                _paths.Add(new([.. parts]));
                return _paths.Count - 1;
            }
        }
    }

    protected bool IsPathStart() =>
        Tokens.Current.Kind is TokenKind.NameAlias
        || (Tokens.Current.Kind is TokenKind.Identifier && !IsKeyword(Tokens.Current));

    /// <summary>Parses arguments in parentheses, at least one.</summary>
    protected List<Operand> ParseArguments(Func<Operand> parseOperand) =>
        ParseInParentheses(() =>
        {
            var arguments = new List<Operand> { parseOperand() };
            while (Tokens.TryTake(","))
                arguments.Add(parseOperand());
            return arguments;
        });

    protected void ThrowIfReserved()
    {
        if (ReservedWord is not null)
            throw new ExpressionException($"Attribute name is a reserved keyword; reserved keyword: {ReservedWord}");
    }

    private PathPart ParseName()
    {
        if (!IsPathStart())
            throw Tokens.SyntaxError();
        var token = Tokens.Take();
        if (token.Kind is TokenKind.Identifier && ReservedWords.Contains(token.Text))
            ReservedWord ??= token.Text;
        return new(Encoding.UTF8.GetBytes(token.Text), token.Kind is TokenKind.NameAlias, 0);
    }
}
