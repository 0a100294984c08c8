Console.WriteLine("Sagas");
