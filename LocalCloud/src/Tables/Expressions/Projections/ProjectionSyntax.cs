using LocalCloud.Tables.Expressions.Parsing;

namespace LocalCloud.Tables.Expressions.Projections;

/// <summary>A parsed projection expression.</summary>
internal sealed class ProjectionSyntax : ExpressionSyntax;

/// <summary>Parses projection expressions.</summary>
internal sealed class ProjectionParser : SyntaxBuilder
{
    private ProjectionParser(TokenList tokens)
        : base(tokens) { }

    /// <exception cref="ExpressionException">The message for a text that AWS refuses.</exception>
    public static ProjectionSyntax Parse(string text)
    {
        var parser = new ProjectionParser(new(text));
        do parser.ParsePath();
        while (parser.Tokens.TryTake(","));
        parser.Tokens.ExpectEnd();
        parser.ThrowIfReserved();
        return new() { Paths = parser.Paths, Values = [] };
    }

    protected override bool IsKeyword(Token token) => false;
}
