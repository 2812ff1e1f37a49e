using LocalCloud.Tables.Expressions.Parsing;

namespace LocalCloud.Tables.Expressions.Updates;

/// <summary>Parses update expressions.</summary>
internal sealed class UpdateParser : SyntaxBuilder
{
    private static readonly string[] s_clauses = ["SET", "REMOVE", "ADD", "DELETE"];

    private readonly List<UpdateAction> _actions = [];
    private readonly HashSet<UpdateKind> _clauses = [];
    private string? _unknownFunction;
    private string? _repeatedClause;

    private UpdateParser(TokenList tokens)
        : base(tokens) { }

    /// <exception cref="ExpressionException">The message for a text that AWS refuses.</exception>
    public static UpdateSyntax Parse(string text)
    {
        var parser = new UpdateParser(new(text));
        do parser.ParseClause();
        while (parser.Tokens.Current.Kind is not TokenKind.End);
        parser.ThrowIfWrong();
        return new()
        {
            Actions = [.. parser._actions],
            Paths = parser.Paths,
            Values = parser.Values,
        };
    }

    protected override bool IsKeyword(Token token) => s_clauses.Any(token.IsKeyword);

    private void ThrowIfWrong()
    {
        ThrowIfReserved();
        if (_unknownFunction is not null)
            throw new ExpressionException($"Invalid function name; function: {_unknownFunction}");
        if (_repeatedClause is not null)
            throw new ExpressionException(
                $"The \"{_repeatedClause}\" section can only be used once in an update expression;"
            );
    }

    private void ParseClause()
    {
        var clause = Array.FindIndex(s_clauses, Tokens.Current.IsKeyword);
        if (clause < 0)
            throw Tokens.SyntaxError();
        Tokens.Take();
        var kind = (UpdateKind)clause;
        do _actions.Add(ParseAction(kind));
        while (Tokens.TryTake(","));
        if (!_clauses.Add(kind))
            _repeatedClause ??= s_clauses[clause];
    }

    private UpdateAction ParseAction(UpdateKind kind)
    {
        var path = ParsePath();
        switch (kind)
        {
            case UpdateKind.Remove:
                return new(kind, path, null);
            case UpdateKind.Set:
                Tokens.Expect("=");
                return new(kind, path, ParseSetValue());
            default:
                return new(kind, path, new ValueOperand(ParseValue()));
        }
    }

    private Operand ParseSetValue()
    {
        var left = ParseOperand();
        foreach (var sign in (ReadOnlySpan<string>)["+", "-"])
        {
            if (Tokens.TryTake(sign))
            {
                CountOperator();
                return new FunctionOperand(sign, [left, ParseOperand()]);
            }
        }
        return left;
    }

    private Operand ParseOperand()
    {
        if (Tokens.Current.Is("("))
            return ParseInParentheses(ParseSetValue);
        if (Tokens.Current.Kind is TokenKind.ValueAlias)
            return new ValueOperand(ParseValue());
        if (Tokens.Current.Kind is not TokenKind.Identifier || !Tokens.Next.Is("(") || IsKeyword(Tokens.Current))
            return new PathOperand(ParsePath());
        var name = Tokens.Take().Text;
        CountOperator();
        var arguments = ParseArguments(ParseOperand);
        if (name is not ("if_not_exists" or "list_append"))
            _unknownFunction ??= name;
        return new FunctionOperand(name, arguments);
    }
}
