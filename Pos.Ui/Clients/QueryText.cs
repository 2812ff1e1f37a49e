using System.Globalization;
using System.Text;

namespace Pos.Ui.Clients;

/// <summary>A path with its query; values that are null or empty are left out.</summary>
public sealed class QueryText(string path)
{
    private readonly StringBuilder _text = new(path);
    private char _separator = '?';

    public QueryText With(string name, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return this;
        _text.Append(_separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
        _separator = '&';
        return this;
    }

    public QueryText With(string name, int value) => With(name, value.ToString(CultureInfo.InvariantCulture));

    public override string ToString() => _text.ToString();
}
