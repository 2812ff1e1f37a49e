namespace Pos.Contracts.Rules;

/// <summary>The reason why a field's value is rejected, without the field's path.</summary>
internal readonly record struct FieldFault(string Code, string Message)
{
    private const int ShownCharacters = 40;

    public PurchaseError At(string field) => new(field, Code, Message);

    /// <summary>Quotes a value for a message: shortens it and replaces control characters.</summary>
    public static string Shown(ReadOnlySpan<char> value)
    {
        var shown = value.Length <= ShownCharacters ? value.ToString() : $"{value[..ShownCharacters]}…";
        return $"'{string.Create(shown.Length, shown, static (text, from) =>
        {
            for (var i = 0; i < text.Length; i++)
                text[i] = char.IsControl(from[i]) || char.IsSurrogate(from[i]) ? '\uFFFD' : from[i];
        })}'";
    }
}
