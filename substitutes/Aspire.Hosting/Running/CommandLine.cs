using System.Text;

namespace Aspire.Hosting;

/// <summary>
/// Takes a launch profile's <c>commandLineArgs</c> apart: spaces divide, double quotes hold together.
/// </summary>
internal static class CommandLine
{
    public static string[] Split(string text)
    {
        var arguments = new List<string>();
        var argument = new StringBuilder();
        var quoted = false;
        var begun = false;
        foreach (var c in text)
        {
            if (c == '"')
            {
                quoted = !quoted;
                begun = true;
            }
            else if (char.IsWhiteSpace(c) && !quoted)
            {
                if (begun)
                    arguments.Add(argument.ToString());
                argument.Clear();
                begun = false;
            }
            else
            {
                argument.Append(c);
                begun = true;
            }
        }

        if (begun)
            arguments.Add(argument.ToString());
        return [.. arguments];
    }
}
