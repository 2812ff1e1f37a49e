using System.Globalization;
using System.Text;

namespace Pos.Contracts.Http;

/// <summary>Builds a path with its query. Leaves out values that are null or empty.</summary>
public sealed class QueryText(string path)
{
    private readonly StringBuilder _text = new(path);
    private char _separator = '?';

    /// <summary>Adds a parameter.</summary>
    public QueryText With(string name, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return this;
        _text.Append(_separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
        _separator = '&';
        return this;
    }

    /// <summary>Adds a parameter.</summary>
    public QueryText With(string name, int value) => With(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>The path and query, escaped.</summary>
    public override string ToString() => _text.ToString();
}
