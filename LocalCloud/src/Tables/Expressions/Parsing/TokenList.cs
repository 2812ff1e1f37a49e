namespace LocalCloud.Tables.Expressions.Parsing;

/// <summary>The tokens of an expression, with a position that moves forward.</summary>
internal sealed class TokenList
{
    private static readonly string[] s_symbols =
    [
        "<=",
        ">=",
        "<>",
        "<",
        ">",
        "=",
        "(",
        ")",
        "[",
        "]",
        ",",
        ".",
        "+",
        "-",
    ];

    private readonly string _text;
    private readonly List<Token> _tokens = [];
    private readonly Dictionary<int, int> _closing = [];

    /// <exception cref="ExpressionException">The text has a character that starts no token.</exception>
    public TokenList(string text)
    {
        _text = text;
        for (var at = 0; ; )
        {
            while (at < text.Length && text[at] is ' ' or '\t' or '\r' or '\n')
                at++;
            var token = Read(text, at);
            _tokens.Add(token);
            if (token.Kind is TokenKind.End)
                break;
            at = token.End;
        }
        MatchParentheses();
    }

    public int Position { get; private set; }

    public Token Current => _tokens[Position];

    public Token Next => _tokens[Math.Min(Position + 1, _tokens.Count - 1)];

    public Token At(int position) => _tokens[Math.Min(position, _tokens.Count - 1)];

    /// <summary>Returns the position of the parenthesis that closes the one at a position, or null.</summary>
    public int? ClosingOf(int position) => _closing.TryGetValue(position, out var closing) ? closing : null;

    public Token Take()
    {
        var token = Current;
        if (token.Kind is not TokenKind.End)
            Position++;
        return token;
    }

    public bool TryTake(string symbol)
    {
        if (!Current.Is(symbol))
            return false;
        Position++;
        return true;
    }

    public bool TryTakeKeyword(string keyword)
    {
        if (!Current.IsKeyword(keyword))
            return false;
        Position++;
        return true;
    }

    public void Expect(string symbol)
    {
        if (!TryTake(symbol))
            throw SyntaxError();
    }

    public void ExpectEnd()
    {
        if (Current.Kind is not TokenKind.End)
            throw SyntaxError();
    }

    public ExpressionException SyntaxError() =>
        SyntaxError(_text, Current, At(Math.Max(Position - 1, 0)).Start, Next.End);

    private static ExpressionException SyntaxError(string text, Token token, int start, int end)
    {
        var shown = token.Kind is TokenKind.End ? "<EOF>" : token.Text;
        var near = text[start..Math.Max(start, Math.Min(end, text.Length))];
        return new($"Syntax error; token: \"{shown}\", near: \"{near}\"");
    }

    private static Token Read(string text, int at)
    {
        if (at == text.Length)
            return new(TokenKind.End, "", at, at);
        var first = text[at];
        if (char.IsAsciiLetter(first) || first == '_')
            return Word(TokenKind.Identifier, at);
        if (first is '#' or ':' && at + 1 < text.Length && IsWordPart(text[at + 1]))
            return Word(first == '#' ? TokenKind.NameAlias : TokenKind.ValueAlias, at);
        if (char.IsAsciiDigit(first))
        {
            var end = at;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
                end++;
            return new(TokenKind.Number, text[at..end], at, end);
        }
        foreach (var symbol in s_symbols)
        {
            if (string.CompareOrdinal(text, at, symbol, 0, symbol.Length) == 0)
                return new(TokenKind.Symbol, symbol, at, at + symbol.Length);
        }
        throw SyntaxError(text, new(TokenKind.Symbol, text[at..(at + 1)], at, at + 1), Math.Max(0, at - 1), at + 2);

        Token Word(TokenKind kind, int start)
        {
            var end = start + 1;
            while (end < text.Length && IsWordPart(text[end]))
                end++;
            return new(kind, text[start..end], start, end);
        }

        static bool IsWordPart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
    }

    private void MatchParentheses()
    {
        var open = new Stack<int>();
        for (var i = 0; i < _tokens.Count; i++)
        {
            if (_tokens[i].Is("("))
                open.Push(i);
            else if (_tokens[i].Is(")") && open.TryPop(out var opening))
                _closing[opening] = i;
        }
    }
}
