namespace LocalCloud.Tables.Expressions.Parsing;

internal enum TokenKind
{
    Identifier,

    /// <summary>An expression attribute name, with its <c>#</c>.</summary>
    NameAlias,

    /// <summary>An expression attribute value, with its <c>:</c>.</summary>
    ValueAlias,
    Number,
    Symbol,
    End,
}

/// <summary>A token of an expression.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Start, int End)
{
    public bool Is(string symbol) => Kind is TokenKind.Symbol && Text == symbol;

    public bool IsKeyword(string keyword) =>
        Kind is TokenKind.Identifier && Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);
}

/// <summary>The error of an expression that AWS rejects. The message lacks the parameter's name.</summary>
internal sealed class ExpressionException(string message) : Exception(message);
