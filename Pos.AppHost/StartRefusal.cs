using System.Reflection;

namespace Pos.AppHost;

/// <summary>The AppHost cannot start as it is configured; the message says what to change.</summary>
internal class StartRefusedException(string message) : Exception(message);

internal static class StartRefusal
{
    /// <summary>
    /// Ends the process with the sentence, where it is the AppHost: who runs it needs that, not where in the code it
    /// was said.
    /// </summary>
    public static T Told<T>(Func<T> start)
    {
        try
        {
            return start();
        }
        catch (StartRefusedException refused) when (Assembly.GetEntryAssembly() == typeof(StartRefusal).Assembly)
        {
            Console.Error.WriteLine(refused.Message);
            Environment.Exit(1);
            throw;
        }
    }
}
