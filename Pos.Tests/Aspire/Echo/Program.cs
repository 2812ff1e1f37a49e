// Says what it was started with, then waits to be stopped.
using System.Collections;

foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
    Console.WriteLine($"env {variable.Key}={variable.Value}");
Console.WriteLine($"args {string.Join(' ', args)}");
Console.WriteLine($"folder {Environment.CurrentDirectory}");
Console.WriteLine($"pid {Environment.ProcessId}");
Thread.Sleep(Timeout.Infinite);
