using LocalCloud.Tables.Expressions.Parsing;

namespace LocalCloud.Tables.Expressions.Conditions;

/// <summary>Parses condition, filter and key condition expressions.</summary>
internal sealed class ConditionParser : SyntaxBuilder
{
    private static readonly string[] s_keywords = ["AND", "OR", "NOT", "BETWEEN", "IN"];

    private readonly List<Predicate> _predicates = [];
    private bool _redundantParentheses;
    private string? _unknownFunction;
    private string? _misusedFunction;

    private ConditionParser(TokenList tokens)
        : base(tokens) { }

    /// <exception cref="ExpressionException">The message for a text that AWS refuses.</exception>
    public static ConditionSyntax Parse(string text)
    {
        var parser = new ConditionParser(new(text));
        var root = parser.ParseOr();
        parser.Tokens.ExpectEnd();
        parser.ThrowIfWrong(root);
        return new()
        {
            Root = root,
            Predicates = [.. parser._predicates],
            Paths = parser.Paths,
            Values = parser.Values,
        };
    }

    protected override bool IsKeyword(Token token) => s_keywords.Any(token.IsKeyword);

    private void ThrowIfWrong(Condition root)
    {
        RejectSize(root);
        if (_redundantParentheses)
            throw new ExpressionException("The expression has redundant parentheses;");
        if (_unknownFunction is not null)
            throw new ExpressionException($"Invalid function name; function: {_unknownFunction}");
        if (_misusedFunction is not null)
            throw new ExpressionException(
                $"The function is not allowed to be used this way in an expression; function: {_misusedFunction}"
            );
        ThrowIfReserved();
    }

    private Condition ParseOr()
    {
        var left = ParseAnd();
        while (Tokens.TryTakeKeyword("OR"))
        {
            CountOperator();
            var right = ParseAnd();
            RejectSize(left);
            RejectSize(right);
            left = new OrCondition(left, right);
        }
        return left;
    }

    private Condition ParseAnd()
    {
        var left = ParseNot();
        while (Tokens.TryTakeKeyword("AND"))
        {
            CountOperator();
            var right = ParseNot();
            RejectSize(left);
            RejectSize(right);
            left = new AndCondition(left, right);
        }
        return left;
    }

    private Condition ParseNot()
    {
        if (!Tokens.TryTakeKeyword("NOT"))
            return ParsePrimary();
        CountOperator();
        var negated = ParseNot();
        RejectSize(negated);
        return new NotCondition(negated);
    }

    private Condition ParsePrimary()
    {
        if (!Tokens.Current.Is("(") || IsOperandInParentheses())
            return ParsePredicate();
        NoteRedundantParentheses();
        return ParseInParentheses(ParseOr);
    }

    private Predicate ParsePredicate()
    {
        var first = ParseOperand();
        if (Comparator(Tokens.Current) is { } comparator)
        {
            Tokens.Take();
            return Add(comparator, [first, ParseOperand()]);
        }
        if (Tokens.TryTakeKeyword("BETWEEN"))
        {
            var lower = ParseOperand();
            if (!Tokens.TryTakeKeyword("AND"))
                throw Tokens.SyntaxError();
            return Add(ConditionOperator.Between, [first, lower, ParseOperand()]);
        }
        if (Tokens.TryTakeKeyword("IN"))
            return Add(ConditionOperator.In, [first, .. ParseArguments(ParseOperand)]);
        if (first is not FunctionOperand function)
            throw Tokens.SyntaxError();
        var predicate = new Predicate(FunctionOperator(function.Name), function.Arguments) { Function = function.Name };
        _predicates.Add(predicate);
        return predicate;
    }

    private Predicate Add(ConditionOperator @operator, IReadOnlyList<Operand> operands)
    {
        CountOperator();
        RejectFunctions(operands);
        var predicate = new Predicate(@operator, operands);
        _predicates.Add(predicate);
        return predicate;
    }

    private Operand ParseOperand()
    {
        if (Tokens.Current.Is("("))
        {
            NoteRedundantParentheses();
            return ParseInParentheses(ParseOperand);
        }
        if (Tokens.Current.Kind is TokenKind.ValueAlias)
            return new ValueOperand(ParseValue());
        if (Tokens.Current.Kind is not TokenKind.Identifier || !Tokens.Next.Is("(") || IsKeyword(Tokens.Current))
            return new PathOperand(ParsePath());
        var name = Tokens.Take().Text;
        CountOperator();
        var arguments = ParseArguments(ParseOperand);
        RejectFunctions(arguments);
        if (!ConditionFunctions.Operands.ContainsKey(name))
            _unknownFunction ??= name;
        return new FunctionOperand(name, arguments);
    }

    // "(a) = :b" has an operand in parentheses; "(a = :b)" has a condition in parentheses.
    private bool IsOperandInParentheses() =>
        Tokens.ClosingOf(Tokens.Position) is { } closing
        && Tokens.At(closing + 1) is var next
        && (Comparator(next) is not null || next.IsKeyword("BETWEEN") || next.IsKeyword("IN"));

    private void NoteRedundantParentheses()
    {
        var open = Tokens.Position;
        if (
            Tokens.ClosingOf(open) is { } closing
            && Tokens.ClosingOf(open + 1) is { } innerClosing
            && innerClosing == closing - 1
        )
            _redundantParentheses = true;
    }

    private void RejectSize(Condition condition)
    {
        if (condition is Predicate { Operator: ConditionOperator.Size, Function: { } function })
            _misusedFunction ??= function;
    }

    // Only the function size can be an operand.
    private void RejectFunctions(IReadOnlyList<Operand> operands)
    {
        foreach (var operand in operands)
        {
            if (operand is FunctionOperand { Name: not "size" and var name })
                _misusedFunction ??= name;
        }
    }

    private static ConditionOperator? Comparator(Token token) =>
        token.Kind is not TokenKind.Symbol
            ? null
            : token.Text switch
            {
                "=" => ConditionOperator.Equal,
                "<>" => ConditionOperator.NotEqual,
                "<" => ConditionOperator.Less,
                "<=" => ConditionOperator.LessOrEqual,
                ">" => ConditionOperator.Greater,
                ">=" => ConditionOperator.GreaterOrEqual,
                _ => null,
            };

    private static ConditionOperator FunctionOperator(string name) =>
        name switch
        {
            "attribute_exists" => ConditionOperator.AttributeExists,
            "attribute_not_exists" => ConditionOperator.AttributeNotExists,
            "attribute_type" => ConditionOperator.AttributeType,
            "begins_with" => ConditionOperator.BeginsWith,
            "contains" => ConditionOperator.Contains,
            _ => ConditionOperator.Size,
        };
}
